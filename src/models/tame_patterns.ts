import { isObject, type Json } from "../base/json.js";
import { DATA_KEYWORDS, MAP_KEYWORDS } from "../base/schema_keywords.js";

/** What the check of an answer by one pattern may cost: some hundredths of a second. */
const MOST_STEPS = 20_000_000;
const LONGEST_PATTERN = 1_000;

/**
 * A schema without the patterns that could take long on a value's texts, for a validator that runs them: schemas may be a
 * stranger's, and `^(a+)+$` on thirty letters takes minutes. What is left out finds no fault.
 */
export function withTamePatterns(schema: Json, value: unknown): Json {
  return tamed(schema, longestText(value));
}

function longestText(value: unknown): number {
  let longest = 1;
  JSON.stringify(value, (key, each: unknown) => {
    longest = Math.max(longest, key.length, typeof each === "string" ? each.length : 0);
    return each;
  });
  return longest;
}

function tamed(schema: Json, longest: number): Json {
  const { pattern, patternProperties, additionalProperties, unevaluatedProperties, ...rest } = schema;
  const names = isObject(patternProperties) ? Object.keys(patternProperties) : [];
  const areNamesTame = names.every((name) => isTame(name, longest));
  const kept = {
    ...rest,
    ...(typeof pattern === "string" && !isTame(pattern, longest) ? {} : { pattern }),
    // Without the patterns of names nobody knows which properties are additional.
    ...(areNamesTame ? { patternProperties, additionalProperties, unevaluatedProperties } : {}),
  };
  const entries = Object.entries(kept).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.map(([key, each]) => [key, tamedValue(key, each, longest)]));
}

function tamedValue(key: string, value: unknown, longest: number): unknown {
  if (DATA_KEYWORDS.has(key)) return value;
  if (Array.isArray(value)) return value.map((each: unknown) => (isObject(each) ? tamed(each, longest) : each));
  if (!isObject(value)) return value;
  const isMap = MAP_KEYWORDS.has(key) || key === "dependencies";
  if (!isMap) return tamed(value, longest);
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, isObject(each) ? tamed(each, longest) : each]),
  );
}

/** Whether a pattern takes few steps on any text of this length, by the product of the ways that its parts can be taken in. */
function isTame(pattern: string, longest: number): boolean {
  if (pattern.length > LONGEST_PATTERN) return false;
  let steps = pattern.startsWith("^") && !pattern.includes("|") ? 1 : longest;
  for (let at = 0; at < pattern.length && steps <= MOST_STEPS; at++) {
    const character = pattern.charAt(at);
    if (character === "\\") {
      if (/[1-9k]/.test(pattern.charAt(at + 1))) return false; // asks for what a group took
      at = endOfEscape(pattern, at);
    }
    if (character === "[") at = endOfClass(pattern, at);
    else if (character === "(" && pattern.charAt(at + 1) === "?") {
      if (pattern.charAt(at + 2) !== ":") return false; // looks around, or has a name that may be asked for
      at += 2;
    } else if (character !== "\\") steps *= waysOf(pattern, at, longest);
  }
  return steps <= MOST_STEPS;
}

/** How many ways there are to take in what a repetition or a choice repeats or chooses; no number is large enough for groups. */
function waysOf(pattern: string, at: number, longest: number): number {
  const character = pattern.charAt(at);
  if (character === "|" || character === "?") return 2;
  if (!"*+{".includes(character)) return 1;
  if (pattern.charAt(at - 1) === ")") return Infinity;
  const isFixed = character === "{" && !pattern.slice(at, pattern.indexOf("}", at)).includes(",");
  return isFixed ? 1 : longest;
}

/** The last character of an escape. */
function endOfEscape(pattern: string, at: number): number {
  const hasBraces = "pPu".includes(pattern.charAt(at + 1)) && pattern.charAt(at + 2) === "{";
  return hasBraces ? Math.max(at + 1, pattern.indexOf("}", at)) : at + 1;
}

function endOfClass(pattern: string, start: number): number {
  for (let at = start + 1; at < pattern.length; at++) {
    if (pattern.charAt(at) === "\\") at++;
    else if (pattern.charAt(at) === "]") return at;
  }
  return pattern.length;
}
