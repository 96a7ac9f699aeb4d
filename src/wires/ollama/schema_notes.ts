import { isObject, type Json } from "../../base/json.js";

/** Keywords that Ollama hands on to the model; it drops every other one (api/types.go, `ToolProperty`). */
const KEPT: ReadonlySet<string> = new Set(["type", "description", "enum", "anyOf", "items", "properties", "required"]);
/** Keywords that say nothing to a model, and those that are written in another way. */
const SILENT: ReadonlySet<string> = new Set([
  "oneOf",
  "const",
  "nullable",
  "prefixItems",
  "$comment",
  "$anchor",
  "$schema",
  "$id",
  "$defs",
  "definitions",
  "id",
  "title",
]);

type Wording = (value: unknown, schema: Json) => string | undefined;

const WORDINGS: Record<string, Wording> = {
  format: (value) => `format: ${String(value)}`,
  // Generated patterns for e-mail addresses and such fill pages, and the format says it already.
  pattern: (value, { format }) =>
    format !== undefined && String(value).length > 80
      ? undefined
      : `must match the regular expression ${String(value)}`,
  minimum: (value) => (isEdge(value) ? undefined : `at least ${String(value)}`),
  maximum: (value) => (isEdge(value) ? undefined : `at most ${String(value)}`),
  exclusiveMinimum: (value) => `more than ${String(value)}`,
  exclusiveMaximum: (value) => `less than ${String(value)}`,
  multipleOf: (value) => `a multiple of ${String(value)}`,
  minLength: (value) => `at least ${String(value)} characters`,
  maxLength: (value) => `at most ${String(value)} characters`,
  minItems: (value) => `at least ${String(value)} items`,
  maxItems: (value) => `at most ${String(value)} items`,
  uniqueItems: (value) => (value === true ? "no item twice" : undefined),
  default: (value) => `default: ${JSON.stringify(value)}`,
  examples: (value) =>
    `for example: ${(Array.isArray(value) ? value : [value]).map((each) => JSON.stringify(each)).join(", ")}`,
  additionalProperties: (value) =>
    isObject(value) && Object.keys(value).length > 0 ? `each further property: ${JSON.stringify(value)}` : undefined,
  propertyNames: (value) =>
    isObject(value) && Object.keys(value).every((keyword) => keyword === "type")
      ? undefined
      : `propertyNames: ${JSON.stringify(value)}`,
  deprecated: (value) => (value === true ? "deprecated" : undefined),
};

/** Schema generators write these where no limit was meant. */
const isEdge = (value: unknown) => typeof value === "number" && Math.abs(value) >= Number.MAX_SAFE_INTEGER;

/** Says in words for the model what a schema has in keywords that Ollama drops. */
export function notesOf(schema: Json): string[] {
  const notes: string[] = [];
  for (const keyword of Object.keys(schema)) {
    if (KEPT.has(keyword) || SILENT.has(keyword) || keyword.startsWith("x-")) continue;
    const value = schema[keyword];
    // `false` closes what nobody would open, but as a default it is a value.
    if (value === false && keyword !== "default") continue;
    const wording = Object.hasOwn(WORDINGS, keyword) ? WORDINGS[keyword] : undefined;
    const note = wording ? wording(value, schema) : `${keyword}: ${JSON.stringify(value)}`;
    if (note !== undefined) notes.push(note);
  }
  return notes;
}

/** A description with notes behind it. */
export function describe(description: unknown, notes: readonly string[]): Json {
  const own = typeof description === "string" && description.trim() !== "" ? description.trim() : undefined;
  const parts = [own, notes.length === 0 ? undefined : `(${notes.join("; ")})`].filter((part) => part !== undefined);
  return parts.length === 0 ? {} : { description: parts.join(" ") };
}
