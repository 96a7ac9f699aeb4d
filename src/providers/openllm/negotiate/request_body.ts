import { isObject, nonEmpty, type Json } from "../../../base/json.js";
import { formatOf, type Concession } from "./refusals.js";

/** A request as the server takes it. Calls without a tool parser are made in another way altogether: see `repair`. */
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

/**
 * Wire messages with one more instruction. It goes into the first system message, since many templates take a system
 * message in no other place, and no second one.
 */
export function withInstruction(messages: unknown, text: string): Json[] {
  const list = Array.isArray(messages) ? messages.filter(isObject) : [];
  const [first, ...rest] = list;
  if (first?.role !== "system") return [{ role: "system", content: text }, ...list];
  return [{ ...first, content: addText(first.content, text) }, ...rest];
}

function addText(content: unknown, text: string): unknown {
  if (Array.isArray(content)) return [...(content as unknown[]), { type: "text", text }];
  const before = nonEmpty(content);
  return before === undefined ? text : `${before}\n\n${text}`;
}
