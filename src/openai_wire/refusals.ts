import type { ServerError } from "../errors.js";
import { isObject, type Json } from "../json.js";

/** What is left out of requests, or said in another way, once a server has refused it. */
export type Concession = "stream_options" | "strict" | "json_object" | "tool_parser" | "parallel_tool_calls";

/** A refused field: how servers name it, and whether a request has it. */
const REFUSALS: readonly [Concession, RegExp, (body: Json) => boolean][] = [
  ["stream_options", /stream_?options|include_usage/i, (body) => body.stream_options !== undefined],
  ["strict", /\bstrict\b/i, (body) => /"strict":/.test(JSON.stringify([body.tools, body.response_format]))],
  ["json_object", /response_format|json_object|json_schema/i, (body) => formatOf(body) === "json_object"],
  ["parallel_tool_calls", /parallel_tool_calls/i, (body) => body.parallel_tool_calls !== undefined],
  ["tool_parser", /tool-call-parser|enable-auto-tool-choice|requires --jinja/i, (body) => isForcing(body)],
];

/** The field at which a server took offence, if another form of the request may do. */
export function concessionFor(error: ServerError, body: Json): Concession | undefined {
  if (error.status !== 400 && error.status !== 422 && error.status !== 501) return undefined;
  const said = `${error.message} ${error.body ?? ""}`;
  return REFUSALS.find(([, words, isIn]) => words.test(said) && isIn(body))?.[0];
}

/** A request as the server takes it. `stream_options` and `tool_parser` are not of the body's fields and are looked at elsewhere. */
export function concede(body: Json, concessions: ReadonlySet<Concession>): Json {
  const changed = { ...body };
  if (concessions.has("parallel_tool_calls")) delete changed.parallel_tool_calls;
  if (concessions.has("json_object") && formatOf(body) === "json_object") {
    changed.response_format = { type: "json_schema", json_schema: { name: "json", schema: { type: "object" } } };
  }
  return concessions.has("strict") ? withoutStrict(changed) : changed;
}

function withoutStrict(body: Json): Json {
  const { tools, response_format: format } = body;
  const changed = { ...body };
  if (Array.isArray(tools)) changed.tools = tools.map((tool: unknown) => without(tool, "function"));
  if (isObject(format)) changed.response_format = without(format, "json_schema");
  return changed;
}

function without(value: unknown, key: string): unknown {
  const inner = isObject(value) ? value[key] : undefined;
  if (!isObject(value) || !isObject(inner)) return value;
  const { strict: _, ...rest } = inner;
  return { ...value, [key]: rest };
}

function formatOf({ response_format: format }: Json): unknown {
  return isObject(format) ? format.type : undefined;
}

function isForcing({ tools, tool_choice: choice }: Json): boolean {
  return tools !== undefined && choice !== undefined && choice !== "auto" && choice !== "none";
}
