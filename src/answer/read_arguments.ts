import { isNestedBeyond } from "../base/deep_json.js";
import { isObject, type Json } from "../base/json.js";
import { endOfString, parseExactly, soundJson } from "../base/sound_json.js";
import { JsonScanner } from "../transport/json_scanner.js";

/** The arguments of a call, or why they are none: words that can be told to a model. */
export type ReadArguments = { args: Json; error?: undefined } | { args?: undefined; error: string };

const NONE: ReadArguments = { args: {} };
/** How often a JSON text may be in a JSON text. */
const MOST_LEVELS = 2;

/** What is nested deeper can be parsed and hardly anything else: whoever writes or checks it runs out of stack. */
const MOST_NESTED = 1000;
const TOO_DEEP = `they are nested more than ${MOST_NESTED} deep`;

/**
 * Reads the arguments of a call as they were meant, and never more than was sent: no bracket is ever added. Strict JSON
 * first; then the ways in which sound arguments arrive odd. `{}` or the same object may stand beside the object, tags and
 * fences around it, line breaks and tabs inside its strings; the whole may be a text in a JSON text; nothing, `null` and
 * `""` are no arguments. An integer that a number cannot hold comes as a text with its digits.
 */
export function readArguments(text: string, levels = MOST_LEVELS): ReadArguments {
  if (text.trim() === "") return NONE;
  const whole = parse(text, parseExactly);
  if (whole !== undefined) return ofValue(whole, levels);
  const objects = valuesIn(text)?.map((value) => ofValue(value, levels)) ?? [];
  const broken = objects.find(({ error }) => error !== undefined);
  if (broken) return broken;
  const said = objects.flatMap(({ args }) => (args !== undefined && Object.keys(args).length > 0 ? [args] : []));
  const [first = objects[0]?.args, ...others] = said;
  if (first === undefined) return none(isCut(text) ? "they end in the middle" : "they are no valid JSON");
  return others.every((other) => isSame(first, other)) ? { args: first } : none("they are several different objects");
}

/** True for two texts of one and the same object. */
export function isSameObject(a: string, b: string): boolean {
  const object = parse(a);
  return isObject(object) && isSame(object, parse(b));
}

function ofValue(value: unknown, levels: number): ReadArguments {
  if (isObject(value)) return isNestedBeyond(value, MOST_NESTED) ? none(TOO_DEEP) : { args: value };
  if (value === null) return NONE;
  if (typeof value === "string" && (levels > 0 || value === "")) return readArguments(value, levels - 1);
  return none(`they are a ${Array.isArray(value) ? "list" : typeof value}`);
}

function none(why: string): ReadArguments {
  return { error: `The arguments are not a JSON object: ${why}.` };
}

function parse(text: string, read: (text: string) => unknown = JSON.parse): unknown {
  try {
    return read(text);
  } catch {
    return undefined;
  }
}

/** What may stand around a value: blanks, the tags of chat templates, the fence of Markdown. */
const AROUND = /\s+|<[^<>{}"\s][^<>{}"]{0,40}>|```(?:json)?|\[\/?[A-Z_]{2,24}\]/y;

/** The values of a text that has nothing else in it but what may stand around them; `undefined` for any other. */
export function valuesIn(given: string): unknown[] | undefined {
  const text = soundJson(given);
  const values: unknown[] = [];
  for (let at = afterAll(text, 0); at < text.length;) {
    const end = endOfValue(text, at);
    const value = end === undefined ? undefined : parse(text.slice(at, end));
    if (end === undefined || value === undefined) return undefined;
    values.push(value);
    at = afterAll(text, end);
  }
  return values;
}

/** The place after all that may stand there. One at a time: a pattern would remember each, and engines give up after some millions. */
function afterAll(text: string, start: number): number {
  let at = start;
  for (AROUND.lastIndex = at; AROUND.test(text); at = AROUND.lastIndex);
  return at;
}

function endOfValue(text: string, at: number): number | undefined {
  if (text[at] === "{") return endOfObject(text, at);
  if (text[at] === '"') return endOfString(text, at);
  return text.startsWith("null", at) ? at + "null".length : undefined;
}

function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = (endOfString(text, at) ?? text.length) - 1;
    else if (character === "{") depth++;
    else if (character === "}" && --depth === 0) return at + 1;
  }
  return undefined;
}

function isCut(text: string): boolean {
  const scanner = new JsonScanner();
  scanner.push(text);
  return scanner.isOpen;
}

/** More than this is not compared: what is nested as deep counts as different. */
const DEEPEST = 100;

function isSame(a: unknown, b: unknown, depth = 0): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (depth > DEEPEST || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  const isIn = (key: string) => Object.hasOwn(b, key) && isSame(Reflect.get(a, key), Reflect.get(b, key), depth + 1);
  return keys.length === Object.keys(b).length && keys.every(isIn);
}
