import type { Json } from "../../base/json.js";

/** Keywords that say what a value is for, and not what it may be. */
const ANNOTATIONS: ReadonlySet<string> = new Set([
  "title",
  "description",
  "default",
  "examples",
  "deprecated",
  "readOnly",
  "writeOnly",
  "$comment",
]);

const ANY_TYPE = ["string", "number", "boolean", "object", "array", "null"];

/**
 * A schema that allows everything, with every type by its name: templates and the services behind cloud models want a
 * type, and a grammar takes none for an object's, or for a mistake. Any other schema as it is.
 */
export function withAnyType(schema: Json): Json {
  return Object.keys(schema).every((keyword) => ANNOTATIONS.has(keyword)) ? { ...schema, type: ANY_TYPE } : schema;
}
