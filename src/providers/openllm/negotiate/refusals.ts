import type { ContextWindowError, ServerError } from "../../../base/errors.js";
import { isObject, type Json } from "../../../base/json.js";

/** A part of a request that is left out, or said in another way, once a server has refused it. */
export type Concession =
  | "stream_options"
  | "strict"
  | "json_object"
  | "json_schema"
  | "format_value"
  | "tool_parser"
  | "parallel_tool_calls";

/** Not a schema that is wrong, but a server that takes none. */
const NO_SCHEMAS =
  /json_schema\W.{0,40}(not supported|unsupported|not allowed|unknown)|(unsupported|unknown|invalid) (value for )?.?response_format|(must|should) be .{0,40}json_object/i;

/** A refused field: how servers name it, and whether a request has it. */
const REFUSALS: readonly [Concession, RegExp, (body: Json) => boolean][] = [
  ["stream_options", /stream_?options|include_usage/i, (body) => body.stream_options !== undefined],
  ["strict", /\bstrict\b/i, (body) => /"strict":/.test(JSON.stringify([body.tools, body.response_format]))],
  // TGI: "response_format: missing field `value`".
  [
    "format_value",
    /missing field .?value/i,
    (body) => formatOf(body) === "json_object" || formatOf(body) === "json_schema",
  ],
  ["json_object", /response_format|json_object|json_schema/i, (body) => formatOf(body) === "json_object"],
  ["json_schema", NO_SCHEMAS, (body) => formatOf(body) === "json_schema"],
  ["parallel_tool_calls", /parallel_tool_calls/i, (body) => body.parallel_tool_calls !== undefined],
  ["tool_parser", /tool-call-parser|enable-auto-tool-choice|requires --jinja/i, (body) => isForcing(body)],
];

/** The field at which a server took offence, if another form of the request may do. */
export function concessionFor(error: ServerError, body: Json): Concession | undefined {
  if (error.status !== 400 && error.status !== 422 && error.status !== 501) return undefined;
  // Validation errors repeat the request, which names every field.
  const said = `${error.message.replace(/["']input["']\s*:[^]*/, "")} ${error.param ?? ""}`;
  return REFUSALS.find(([, words, isIn]) => words.test(said) && isIn(body))?.[0];
}

/**
 * The output that a window has room for beside a prompt, by the figures in the server's refusal. `undefined` where it
 * gives none, and where the prompt alone is too long.
 */
export function outputThatFits({ contextTokens, promptTokens, message }: ContextWindowError): number | undefined {
  if (contextTokens === undefined) return undefined;
  // vLLM from 0.12 on refuses only a limit above the whole window; any other it lowers to what fits.
  if (/cannot be greater than max_model_len/i.test(message)) return contextTokens;
  const room = contextTokens - (promptTokens ?? contextTokens);
  return room > 0 ? room : undefined;
}

/** True while the model loads, in the server's own words: llama.cpp says "Loading model", KServe "is not ready". */
export function isLoading({ status, body }: ServerError): boolean {
  return status === 503 && /loading|not ready|starting|warming up|initiali[sz]ing/i.test(body ?? "");
}

/** The kind of answer that a request asks for by `response_format`. */
export function formatOf({ response_format: format }: Json): unknown {
  return isObject(format) ? format.type : undefined;
}

function isForcing({ tools, tool_choice: choice }: Json): boolean {
  return tools !== undefined && choice !== undefined && choice !== "auto" && choice !== "none";
}
