import { isObject, nonEmpty, type Json } from "../base/json.js";
import { mergeAllOf } from "../wires/ollama/schema_merge.js";

/**
 * A tool's schema with what servers insist on at its root: the type `object`, and `properties`. MCP's tools without
 * arguments have neither, and one of them makes OpenAI and LM Studio refuse a request with all of its tools. Objects
 * further inside stay as they are: there, no properties means any, and grammars would take an empty list for none.
 */
export function toParameters(schema: Json): Json {
  if (schema.type === "object" && isObject(schema.properties)) return schema;
  const root = mergeAllOf(refersTo(schema, schema));
  const { type = "object", properties, ...others } = root;
  const isOfObjects = type === null || type === "object" || (Array.isArray(type) && type.includes("object"));
  if (!isOfObjects) return schema;
  const said = Object.entries(others).filter(([, value]) => value !== null);
  return { type: "object", properties: isObject(properties) ? properties : {}, ...Object.fromEntries(said) };
}

/** A part of a schema with the definition that it refers to written out, and those that it is the sum of. */
function refersTo(part: Json, schema: Json): Json {
  const { $ref: reference, allOf, ...beside } = part;
  const [, group = "", name = ""] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(nonEmpty(reference) ?? "") ?? [];
  const definitions = schema[group];
  const target = isObject(definitions) && Object.hasOwn(definitions, name) ? definitions[name] : undefined;
  if (isObject(target) && target !== part) return { ...target, ...beside };
  return Array.isArray(allOf) ? { ...part, allOf: allOf.filter(isObject).map((each) => refersTo(each, schema)) } : part;
}
