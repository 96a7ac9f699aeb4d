import { isObject, type Json } from "../base/json.js";
import { findJson } from "./json_text.js";
import { parseExactly, valuesIn } from "./read_arguments.js";
import { toToolName } from "./tool_name.js";

/** As much of a tool as it takes to know its call. */
export interface CallableTool {
  name: string;
  /** JSON schema of its arguments. */
  parameters: Json;
}

/** A call with its arguments as JSON text. */
export interface WrittenCall {
  name: string;
  args: string;
}

const NAME_KEYS = ["name", "tool", "tool_name", "function", "action"];
const ARGUMENT_KEYS = ["arguments", "parameters", "args", "input", "tool_input", "action_input"];

/**
 * The calls that a text is, of a model that had to call a tool and wrote it down: bare, in a fence or in tags, one, a
 * list, or one after another, `{ name, arguments }` or, where there is one tool only, just its arguments. None where any of it is something else.
 */
export function readWrittenCalls(text: string, tools: readonly CallableTool[]): WrittenCall[] {
  const value = parse(text);
  const values = value === undefined ? (inARow(text) ?? inTags(text)) : listOf(value);
  const calls = values.flatMap((each) => readOne(each, tools) ?? []);
  return calls.length === values.length ? calls : [];
}

function parse(text: string): unknown {
  const found = findJson(text);
  return found && parseExactly(found.json);
}

/** Values that follow each other; the same one again is none of its own: a tool must never run twice. */
function inARow(text: string): unknown[] | undefined {
  const values = valuesIn(text);
  return values && [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

function inTags(text: string): unknown[] {
  const [, ...tagged] = text.split("<tool_call>");
  return tagged.map((rest) => parse(rest.split("</tool_call>")[0] ?? ""));
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) && Array.isArray(value.tool_calls) ? value.tool_calls : [value];
}

function readOne(value: unknown, tools: readonly CallableTool[]): WrittenCall | undefined {
  if (!isObject(value)) return undefined;
  const call = [value.function, value.function_call].find(isObject) ?? value;
  const name = NAME_KEYS.map((key) => call[key]).find((each): each is string => typeof each === "string");
  const called = name === undefined ? undefined : toToolName(name, new Set(tools.map((tool) => tool.name)));
  const args = ARGUMENT_KEYS.map((key) => toArguments(call[key])).find((each) => each !== undefined);
  const named = tools.find((tool) => tool.name === called);
  if (named && (args || Object.keys(call).length === 1)) return { name: named.name, args: JSON.stringify(args ?? {}) };
  const [only, ...others] = tools;
  if (only === undefined || others.length > 0) return undefined;
  const own = [args, value].find((each) => each !== undefined && fits(each, only));
  return own && { name: only.name, args: JSON.stringify(own) };
}

/** Arguments may be written as JSON inside a text. */
function toArguments(value: unknown): Json | undefined {
  const args = typeof value === "string" ? parse(value) : value;
  return isObject(args) ? args : undefined;
}

/** Whether an object can be meant as a tool's arguments: all that are required are there, and not only others. */
function fits(value: Json, { parameters: { required, properties } }: CallableTool): boolean {
  if (Array.isArray(required) && !required.every((name) => Object.hasOwn(value, String(name)))) return false;
  if (!isObject(properties)) return true;
  const names = Object.keys(value);
  return names.length === 0 || names.some((name) => Object.hasOwn(properties, name));
}
