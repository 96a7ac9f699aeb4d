import { isObject, type Json } from "../../base/json.js";

/** Keywords under which schemas nest by name: their keys are names and no keywords. */
const NAMED = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);
/** Keywords whose values are data and no schemas. */
const DATA = new Set(["enum", "const", "default", "examples", "example"]);

/**
 * A schema in the form that most grammar engines take: without `$schema`, and with references to its own definitions
 * written out where they are not recursive.
 * @param dropped keywords to leave out besides, such as `pattern`: engines ignore or refuse some
 */
export function toGrammarSchema(schema: Json, dropped: readonly string[] = []): Json {
  const without = new Set(["$schema", ...dropped]);
  const definitions = definitionsOf(schema);
  const result = walk(schema, { without, definitions, budget: { left: MOST_WRITTEN_OUT } });
  const isReferred = JSON.stringify(result).includes('"$ref"');
  if (isReferred) return result;
  const { $defs: _defs, definitions: _definitions, ...rest } = result;
  return rest;
}

interface Walk {
  without: ReadonlySet<string>;
  /** The schema's definitions by the text that refers to them. */
  definitions: ReadonlyMap<string, Json>;
  /** How many references may still be written out. */
  budget: { left: number };
}

/** Definitions that refer to others several times would grow without bound. */
const MOST_WRITTEN_OUT = 500;

function definitionsOf(schema: Json): Map<string, Json> {
  const found = new Map<string, Json>();
  for (const key of ["$defs", "definitions"]) {
    const group = schema[key];
    if (!isObject(group)) continue;
    for (const [name, definition] of Object.entries(group))
      if (isObject(definition)) found.set(`#/${key}/${name}`, definition);
  }
  return found;
}

function walk(schema: Json, at: Walk): Json {
  const { $ref: reference } = schema;
  const target = typeof reference === "string" ? at.definitions.get(reference) : undefined;
  if (target && typeof reference === "string" && at.budget.left-- > 0 && !isRecursive(reference, at)) {
    const { $ref: _, ...beside } = schema;
    return walk({ ...target, ...beside }, at);
  }
  // From entries: assigning to a key named `__proto__` would lose it.
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => !at.without.has(key))
      .map(([key, value]) => [key, walkKeyword(key, value, at)]),
  );
}

function walkKeyword(key: string, value: unknown, at: Walk): unknown {
  if (DATA.has(key)) return value;
  if (NAMED.has(key) && isObject(value)) return mapValues(value, (inner) => walkValue(inner, at));
  return walkValue(value, at);
}

function walkValue(value: unknown, at: Walk): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => walkValue(item, at));
  return isObject(value) ? walk(value, at) : value;
}

function mapValues(object: Json, change: (value: unknown) => unknown): Json {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

/** True for a definition that leads back to itself: it has no written-out form. */
function isRecursive(reference: string, { definitions }: Walk): boolean {
  const seen = new Set<string>();
  const queue = [reference];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const inner of referencesIn(definitions.get(next))) {
      if (inner === reference) return true;
      if (!seen.has(inner)) queue.push(inner);
      seen.add(inner);
    }
  }
  return false;
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "$ref" && typeof inner === "string" ? [inner] : referencesIn(inner),
  );
}
