import { isObject, nonEmpty, type Json } from "../../../base/json.js";
import { toGrammarSchema } from "../../../wires/openai/json_schema.js";
import { inForm, type MessageForm } from "./message_form.js";

/** A part of a request that is left out, or said in another way, once a server has refused it. */
export type Concession =
  | "stream_options"
  | "strict"
  | "json_object"
  | "json_schema"
  | "format_value"
  | "parallel_tool_calls"
  | "schema_properties"
  | "schema_bounds"
  | "object_choice"
  | MessageForm;

/** Keywords that grammar engines refuse by some of their values, or altogether. */
const BOUNDS = [
  "pattern",
  "format",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
  "patternProperties",
  "propertyNames",
  "multipleOf",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
];

/** A request as the server takes it. Calls that cannot be forced are made in another way altogether: see `repair`. */
export function concede(body: Json, concessions: ReadonlySet<Concession>): Json {
  let changed = { ...body };
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
  if (concessions.has("strict")) changed = withDefinitions(changed, ({ strict: _, ...rest }) => rest);
  if (concessions.has("schema_properties")) changed = withSchemas(changed, withProperties);
  if (concessions.has("schema_bounds")) changed = withSchemas(changed, (schema) => toGrammarSchema(schema, BOUNDS));
  if (concessions.has("object_choice")) changed = withObjectChoice(changed);
  if (Array.isArray(changed.messages)) changed.messages = inForm(changed.messages as Json[], concessions);
  return changed;
}

/** With other definitions of tools, and another one of the answer's form. */
function withDefinitions(body: Json, change: (definition: Json) => Json): Json {
  const at = (value: unknown, key: string): unknown => {
    const inner = isObject(value) ? value[key] : undefined;
    return isObject(value) && isObject(inner) ? { ...value, [key]: change(inner) } : value;
  };
  const { tools, response_format: format } = body;
  const changed = { ...body };
  if (Array.isArray(tools)) changed.tools = tools.map((tool: unknown) => at(tool, "function"));
  if (isObject(format)) changed.response_format = at(at(format, "json_schema"), "value");
  return changed;
}

/** With other schemas of tools and of the answer. */
function withSchemas(body: Json, change: (schema: Json) => Json): Json {
  return withDefinitions(body, (definition) => {
    const { parameters, schema } = definition;
    if (isObject(parameters)) return { ...definition, parameters: change(parameters) };
    return isObject(schema) ? { ...definition, schema: change(schema) } : definition;
  });
}

/** Every schema of an object names its properties, be there none. */
function withProperties(schema: Json): Json {
  const named = (_: string, value: unknown): unknown =>
    isObject(value) && value.type === "object" && !isObject(value.properties) ? { ...value, properties: {} } : value;
  return JSON.parse(JSON.stringify({ type: "object", ...schema }), named) as Json; // an object stays one
}

/** A single tool that is required, named by the standard's object. */
function withObjectChoice(body: Json): Json {
  const [tool, ...others] = Array.isArray(body.tools) ? (body.tools as unknown[]) : [];
  const definition = isObject(tool) ? tool.function : undefined;
  if (body.tool_choice !== "required" || others.length > 0 || !isObject(definition)) return body;
  return { ...body, tool_choice: { type: "function", function: { name: definition.name } } };
}

/** True for a request that leaves the model no choice but to call a tool. */
export function isForcing({ tools, tool_choice: choice }: Json): boolean {
  return tools !== undefined && choice !== undefined && choice !== "auto" && choice !== "none";
}

/** The kind of answer that a request asks for by `response_format`. */
function formatOf({ response_format: format }: Json): unknown {
  return isObject(format) ? format.type : undefined;
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
