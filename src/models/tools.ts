import type { BindToolsInput } from "@langchain/core/language_models/chat_models";
import { toJsonSchema } from "@langchain/core/utils/json_schema";
import { isSerializableSchema, isStandardJsonSchema, isStandardSchema } from "@langchain/core/utils/standard_schema";
import { isInteropZodSchema } from "@langchain/core/utils/types";
import { ConfigurationError } from "../base/errors.js";
import { isObject, type Json } from "../base/json.js";
import { shown } from "../base/shown.js";
import type { ForcedTool, ToolDefinition } from "../run/tool_definition.js";
import type { Settled } from "./read_options.js";
import { toParameters } from "./tool_parameters.js";

/** Definitions that were made here: bound tools come back with every call, and need no second look. */
const made = new WeakSet<object>();

/**
 * A call's tools in the form that both APIs take. A tool is converted once: its definition is taken as it is from then on.
 * @throws ConfigurationError for what is no list of tools
 */
export function toToolDefinitions(tools: unknown): ToolDefinition[] {
  if (!Array.isArray(tools))
    throw new ConfigurationError("tools", `\`tools\` is \`${shown(tools)}\`.`, "Pass a list of tools.");
  return tools.map((tool: BindToolsInput, position) => {
    if (typeof tool === "object" && made.has(tool)) return tool as ToolDefinition;
    const definition = toToolDefinition(tool, position);
    made.add(definition);
    return definition;
  });
}

/**
 * A tool of any form that LangChain's users write: LangChain tools, runnables as tools, OpenAI's, Anthropic's and MCP's
 * definitions. The caller's object is left as it was.
 * @throws ConfigurationError for a tool without a name, and for a schema that is none
 */
function toToolDefinition(tool: BindToolsInput, position: number): ToolDefinition {
  const at = `tools[${position}]`;
  if (!isObject(tool)) {
    throw new ConfigurationError(
      "tools",
      `\`${at}\` is \`${shown(tool)}\`.`,
      "Pass a LangChain tool or a tool definition.",
    );
  }
  const source = tool.type === "function" && isObject(tool.function) ? tool.function : tool;
  const { name, description, strict } = source;
  if (typeof name !== "string" || name.trim() === "") {
    throw new ConfigurationError("tools", `\`${at}\` has no name (\`${shown(name)}\`).`, "Give every tool a `name`.");
  }
  const schema = source.schema ?? source.parameters ?? source.input_schema ?? source.inputSchema ?? {};
  return {
    type: "function",
    function: {
      name,
      ...(typeof description === "string" && description !== "" ? { description } : {}),
      parameters: parametersOf(schema, toSchema(schema, `the schema of tool \`${name}\``, "tools")),
      ...(typeof strict === "boolean" ? { strict } : {}),
    },
  };
}

/** The parameters that were made of schemas, with how those read: agents bind the same tools anew for each turn. */
const parametersBy = new WeakMap<object, { text: string; parameters: Json }>();

/**
 * The parameters of a tool: the same object for the same schema, so that all that is made of them is made once. A schema
 * that its user may go on changing is not ours to keep, and one that reads differently makes others.
 */
function parametersOf(given: unknown, schema: Json): Json {
  const isTheirs = given === schema;
  const text = isTheirs ? textOf(schema) : "";
  const known = parametersBy.get(schema);
  if (known !== undefined && known.text === text) return known.parameters;
  if (text === undefined) return toParameters(schema);
  const parameters = toParameters(isTheirs ? (JSON.parse(text) as Json) : schema); // an object reads as one
  parametersBy.set(schema, { text, parameters });
  return parameters;
}

/** How a schema reads; `undefined` for one that is no JSON, which is refused when it is sent. */
function textOf(schema: Json): string | undefined {
  try {
    return JSON.stringify(schema);
  } catch {
    return undefined;
  }
}

/**
 * JSON schema of a zod 3 or 4 schema, a Standard Schema, or a JSON schema.
 * @throws ConfigurationError when it is none of these, or a Standard Schema that has no JSON schema
 */
export function toSchema(schema: unknown, what: string, option: string): Json {
  const problem = (detail: string) =>
    new ConfigurationError(
      option,
      `${capital(what)} is not a schema: ${detail}.`,
      "Pass a zod schema, a Standard Schema, or a JSON schema object.",
    );
  try {
    if (isInteropZodSchema(schema) || isSerializableSchema(schema)) return jsonSchemaOf(schema);
  } catch (error) {
    throw problem(error instanceof Error ? error.message : String(error));
  }
  if (isStandardSchema(schema)) {
    throw new ConfigurationError(
      option,
      `${capital(what)} is a Standard Schema of \`${schema["~standard"].vendor}\` that has no JSON schema for the model to see.`,
      `Convert it (for valibot by \`toStandardJsonSchema\` of \`@valibot/to-json-schema\`)${option === "schema" ? ', or ask for `method: "jsonMode"`' : ""}.`,
    );
  }
  if (!isObject(schema)) throw problem(`\`${shown(schema)}\``);
  const looksLikeSchema = SCHEMA_WORDS.some((word) => word in schema) || Object.keys(schema).length === 0;
  if (!looksLikeSchema)
    throw problem(
      `it has none of ${SCHEMA_WORDS.slice(0, 4)
        .map((word) => `\`${word}\``)
        .join(", ")}`,
    );
  return schema;
}

/** Whether a schema is one by which answers can be checked, and no JSON schema can be had of it. */
export function isCheckOnly(schema: unknown): boolean {
  return isStandardSchema(schema) && !isStandardJsonSchema(schema) && !isInteropZodSchema(schema);
}

const converted = new WeakMap<object, Json>();

/** Schemas of zod and its kin never change, so that one conversion is enough. */
function jsonSchemaOf(schema: Parameters<typeof toJsonSchema>[0]): Json {
  const known = converted.get(schema);
  if (known) return known;
  const json = convert(schema);
  converted.set(schema, json);
  return json;
}

/**
 * Core rewrites a zod object before it has zod convert it, which fails where zod alone does not: for `z.preprocess`, for
 * one object with an id in two places, for an object that contains itself. It rewrites nothing inside a promise.
 */
function convert(schema: Parameters<typeof toJsonSchema>[0]): Json {
  try {
    return toJsonSchema(schema);
  } catch (error) {
    if (!isObject(schema) || !("_zod" in schema)) throw error;
    const promised = { _zod: { def: { type: "promise", innerType: schema } } };
    return toJsonSchema(promised as unknown as typeof schema, { io: "input", unrepresentable: fromText });
  }
}

/** What zod makes of a text or a number itself can come as one. */
function fromText({
  zodSchema,
}: {
  zodSchema: { _zod: { def: { type: string; coerce?: boolean } } };
}): Json | undefined {
  const { type, coerce } = zodSchema._zod.def;
  if (coerce !== true) return undefined;
  return type === "date"
    ? { type: "string", format: "date-time" }
    : type === "bigint"
      ? { type: "integer" }
      : undefined;
}

const SCHEMA_WORDS = [
  "type",
  "properties",
  "$ref",
  "anyOf",
  "oneOf",
  "allOf",
  "enum",
  "const",
  "not",
  "$defs",
  "items",
  "$schema",
  "additionalProperties",
];

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * LangChain's and OpenAI's ways to say which tool to use, in one form.
 * @throws ConfigurationError for a tool that is not bound, and for a choice without tools
 */
export function toForcedTool(choice: unknown, tools: readonly ToolDefinition[]): ForcedTool | undefined {
  if (choice === undefined || choice === null) return undefined;
  const plain = isObject(choice) && (choice.type === "auto" || choice.type === "none") ? choice.type : choice;
  if (plain === "auto" || plain === "none") return tools.length > 0 ? plain : undefined;
  const name = nameOf(choice);
  if (tools.length === 0) {
    throw new ConfigurationError(
      "tool_choice",
      `\`tool_choice\` is \`${JSON.stringify(choice)}\`, but no tools are bound.`,
      "Bind tools, or leave `tool_choice` out.",
    );
  }
  if (name === undefined) return "required";
  if (!tools.some((tool) => tool.function.name === name)) {
    const known = tools.map((tool) => `\`${tool.function.name}\``).join(", ");
    throw new ConfigurationError(
      "tool_choice",
      `\`tool_choice\` names \`${name}\`, which is not bound.`,
      `The tools are ${known}.`,
    );
  }
  return { name };
}

function nameOf(choice: unknown): string | undefined {
  if (choice === "any" || choice === "required" || choice === true) return undefined;
  if (typeof choice === "string") return choice;
  if (isObject(choice)) {
    const named = isObject(choice.function) ? choice.function.name : choice.name;
    if (typeof named === "string") return named;
    if (choice.type === "any" || choice.type === "required") return undefined;
  }
  throw new ConfigurationError(
    "tool_choice",
    `\`tool_choice\` is \`${JSON.stringify(choice)}\`.`,
    'Use "auto", "any", "none", a tool\'s name, or `{ type: "function", function: { name } }`.',
  );
}

/** How OpenAI's API is told of tools and of the choice among them. */
export function toWireTools(
  tools: readonly ToolDefinition[],
  forced: ForcedTool | undefined,
  { parallel_tool_calls: parallel, strict }: Settled,
): Json {
  if (tools.length === 0) return {};
  return {
    tools: typeof strict === "boolean" ? tools.map((tool) => withStrict(tool, strict)) : tools,
    ...(forced === undefined
      ? {}
      : { tool_choice: typeof forced === "string" ? forced : { type: "function", function: forced } }),
    ...(parallel === undefined ? {} : { parallel_tool_calls: parallel }),
  };
}

function withStrict(tool: ToolDefinition, strict: boolean): ToolDefinition {
  return { ...tool, function: { ...tool.function, strict } };
}
