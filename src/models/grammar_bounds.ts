import { isObject, type Json } from "../base/json.js";
import { DATA_KEYWORDS, MAP_KEYWORDS } from "../base/schema_keywords.js";

/**
 * llama.cpp writes a bound out as rules and refuses the whole request from 2,000 rules on; a list of at most 1,997 items
 * has them. (ggml-org/llama.cpp, src/llama-grammar.cpp, MAX_REPETITION_THRESHOLD)
 */
const MOST_REPETITIONS = 1_990;

/** Keywords that bound how often something comes, each with the other end of its range. */
const BOUNDS: ReadonlyMap<string, readonly [low: string, high: string]> = new Map(
  [
    ["minLength", "maxLength"] as const,
    ["minItems", "maxItems"] as const,
    ["minProperties", "maxProperties"] as const,
  ].flatMap((range) => range.map((keyword) => [keyword, range])),
);

/**
 * A schema without the bounds and patterns that the grammars of llama.cpp, and of what is built on it, refuse or take for
 * others: what is left out is for the check of the answer. The same object where nothing has to be left out.
 */
export function withinGrammarBounds(schema: Json): Json {
  return changed(schema, (keyword, value) => {
    if (!isHoldable(keyword, value, schema)) return undefined;
    if (DATA_KEYWORDS.has(keyword)) return value;
    if (MAP_KEYWORDS.has(keyword) && isObject(value)) return changed(value, (_, each) => within(each));
    return within(value);
  });
}

function within(value: unknown): unknown {
  if (!Array.isArray(value)) return isObject(value) ? withinGrammarBounds(value) : value;
  const items = value.map(within);
  return items.some((item, position) => item !== value[position]) ? items : value;
}

/** An object with other values, and without those that become `undefined`; the same one where no value becomes another. */
function changed(object: Json, change: (key: string, value: unknown) => unknown): Json {
  const entries = Object.entries(object);
  const after = entries.map(([key, value]): [string, unknown] => [key, change(key, value)]);
  return after.every(([, value], position) => value === entries[position]?.[1])
    ? object
    : Object.fromEntries(after.filter(([, value]) => value !== undefined));
}

function isHoldable(keyword: string, value: unknown, schema: Json): boolean {
  if (keyword === "pattern") return isEasy(value);
  const range = BOUNDS.get(keyword);
  if (range === undefined) return true;
  // A range that ends before it begins is counted from the end of the numbers, until the server has no memory left.
  const isEmpty = Number(schema[range[0]] ?? 0) > Number(schema[range[1]] ?? Infinity);
  return !isEmpty && Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST_REPETITIONS;
}

/**
 * Anchored at both ends, and in the few words that the grammars have for patterns: no look-around, no classes by letter,
 * no escapes within brackets, and nothing that JSON has to escape. They turn any other pattern into one that other texts
 * match, or refuse it.
 */
function isEasy(pattern: unknown): boolean {
  return (
    typeof pattern === "string" &&
    pattern.startsWith("^") &&
    pattern.endsWith("$") &&
    !/\(\?|"|\\(?![.^$()[\]{}|*+?])|\[[^[\]]*\\/.test(pattern) &&
    repetitionsIn(pattern) <= MOST_REPETITIONS
  );
}

/** How often the innermost part of a pattern may come, at the most: repetitions within each other multiply. */
function repetitionsIn(pattern: string): number {
  const counts = [...pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g)];
  return counts.reduce((product, [, low, high]) => product * Math.max(1, Number(low), Number(high ?? 0)), 1);
}
