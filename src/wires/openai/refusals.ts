import type { ServerError } from "../../base/errors.js";
import { isObject, type Json } from "../../base/json.js";
import { withInstruction } from "./instruction.js";

/** What is left out of requests, or said in another way, once a server has refused it. */
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

/** A request as the server takes it. Calls without a tool parser are made in another way altogether, and not here. */
export function concede(body: Json, concessions: ReadonlySet<Concession>): Json {
  const changed = { ...body };
  if (concessions.has("stream_options")) delete changed.stream_options;
  if (concessions.has("parallel_tool_calls")) delete changed.parallel_tool_calls;
  if (concessions.has("json_object") && formatOf(body) === "json_object") {
    changed.response_format = { type: "json_schema", json_schema: { name: "json", schema: { type: "object" } } };
  }
  if (concessions.has("format_value")) changed.response_format = withValue(body);
  if (concessions.has("json_schema") && formatOf(body) === "json_schema") {
    changed.response_format = { type: "json_object" };
    changed.messages = withInstruction(
      body.messages,
      `Answer with JSON only, following this JSON schema:\n${schemaText(body)}`,
    );
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

/** TGI's form: the schema under `value`. */
function withValue({ response_format: format }: Json): unknown {
  if (!isObject(format)) return format;
  const { name, schema } = isObject(format.json_schema) ? format.json_schema : {};
  if (format.type === "json_object") return { type: "json_object", value: { type: "object" } };
  return format.type === "json_schema" ? { type: "json_schema", value: { name, schema } } : format;
}

function schemaText({ response_format: format }: Json): string {
  const inner = isObject(format) ? format.json_schema : undefined;
  return JSON.stringify(isObject(inner) ? (inner.schema ?? inner) : inner);
}

function formatOf({ response_format: format }: Json): unknown {
  return isObject(format) ? format.type : undefined;
}

function isForcing({ tools, tool_choice: choice }: Json): boolean {
  return tools !== undefined && choice !== undefined && choice !== "auto" && choice !== "none";
}
