import type { BaseChatModel, BaseChatModelCallOptions } from "@langchain/core/language_models/chat_models";
import { assembleStructuredOutputPipeline } from "@langchain/core/language_models/structured_output";
import type { BaseLanguageModelInput } from "@langchain/core/language_models/base";
import type { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import { RunnableLambda, type Runnable } from "@langchain/core/runnables";
import { isStandardSchema, type SerializableSchema } from "@langchain/core/utils/standard_schema";
import {
  getSchemaDescription,
  interopSafeParseAsync,
  isInteropZodSchema,
  type InteropZodType,
} from "@langchain/core/utils/types";
import { parseJson } from "../answer/json_text.js";
import { isString } from "../base/check_given.js";
import { checkOptions, SWITCH, type OptionChecks } from "../base/check_options.js";
import { ConfigurationError, StructuredOutputError } from "../base/errors.js";
import { isObject, nonEmpty, type Json } from "../base/json.js";
import { shown } from "../base/shown.js";
import { excerpt } from "./asked_again.js";
import { schemaFault } from "./schema_check.js";
import { spokenArguments } from "./spoken_arguments.js";
import { isCheckOnly, toSchema } from "./tools.js";

// Core's own bound: `unknown` would shut out interfaces.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyRecord = Record<string, any>;
/** A schema of answers: zod 3 or 4, any Standard Schema, or a JSON schema. */
export type OutputSchema<Output extends AnyRecord> = InteropZodType<Output> | SerializableSchema<Output> | AnyRecord;

/** How `withStructuredOutput` gets its answer. */
export interface StructuredOutputConfig {
  /** The name of the tool or schema. @default the schema's `title`, or `extract` */
  name?: string;
  /** @default "functionCalling" */
  method?: "functionCalling" | "jsonSchema" | "jsonMode" | "jsonObject";
  /** Return `{ raw, parsed }`, with `parsed` null where the answer could not be read. @default false */
  includeRaw?: boolean;
  /** Ask for answers that follow the schema to the letter. @default the schema's own `strict`, or left to the server */
  strict?: boolean;
}

const CHECKS: OptionChecks<StructuredOutputConfig> = {
  name: [isString, "Pass a text."],
  // What it may be is said where it is read.
  method: [() => true, ""],
  includeRaw: SWITCH,
  strict: SWITCH,
};

type Method = "functionCalling" | "jsonSchema" | "jsonMode";

/** A runnable whose answers are objects that follow the schema. */
export function structuredOutput<CallOptions extends BaseChatModelCallOptions>(
  model: BaseChatModel<CallOptions, AIMessageChunk>,
  wanted: unknown,
  config: StructuredOutputConfig = {},
) {
  checkOptions("`withStructuredOutput`", config, CHECKS);
  const { schema, ...own } = unwrap(wanted);
  const method = toMethod(config.method);
  const isSeen = method !== "jsonMode" || !isCheckOnly(schema);
  const jsonSchema = isSeen ? toSchema(schema, "the argument of `withStructuredOutput`", "schema") : {};
  const name = toName(config.name ?? own.name ?? jsonSchema.title ?? jsonSchema.name);
  const description = own.description ?? describe(schema, jsonSchema);
  const llm = model.withConfig({
    ...requestFor(method, name, description, jsonSchema, config.strict ?? own.strict),
    outputVersion: "v0",
    ls_structured_output_format: { kwargs: { method }, schema: jsonSchema },
  } as object);
  const parser = RunnableLambda.from<AIMessage, Record<string, unknown>>(async (message) =>
    validate(read(message, method, name, jsonSchema), schema, message),
  );
  if (!config.includeRaw) return assembleStructuredOutputPipeline(llm, parser, false, "StructuredOutput");
  return assembleStructuredOutputPipeline(keepingRaw(llm), parser, true, "StructuredOutputRunnable");
}

/** A schema, and what OpenAI's definition of a function or tool around it says. */
function unwrap(wanted: unknown): { schema: unknown; name?: string; description?: string; strict?: boolean } {
  if (!isObject(wanted)) return { schema: wanted };
  const definition = wanted.type === "function" && isObject(wanted.function) ? wanted.function : wanted;
  const { name, description, parameters, strict } = definition;
  if (nonEmpty(name) === undefined || !isObject(parameters)) return { schema: wanted };
  return {
    schema: parameters,
    name: nonEmpty(name),
    description: nonEmpty(description),
    ...(typeof strict === "boolean" ? { strict } : {}),
  };
}

/** A model that fails for want of a forced call has said something all the same: that is the raw answer. */
function keepingRaw(
  llm: Runnable<BaseLanguageModelInput, AIMessageChunk>,
): Runnable<BaseLanguageModelInput, AIMessage> {
  return RunnableLambda.from<BaseLanguageModelInput, AIMessage>(async (input, config) => {
    try {
      return await llm.invoke(input, config);
    } catch (error) {
      if (StructuredOutputError.isInstance(error) && error.partialOutput) return error.partialOutput;
      throw error;
    }
  });
}

function toMethod(method: StructuredOutputConfig["method"]): Method {
  if (method === undefined) return "functionCalling";
  if (method === "jsonObject") return "jsonMode";
  if (method === "functionCalling" || method === "jsonSchema" || method === "jsonMode") return method;
  throw new ConfigurationError(
    "method",
    `\`method\` is \`${shown(method)}\`.`,
    "Use functionCalling, jsonSchema or jsonMode.",
  );
}

/** What a schema without a name is called on the wire. Its user never wrote it. */
const UNNAMED = "extract";

/** Names of tools and schemas may have letters, digits, `_` and `-` only. */
function toName(name: unknown): string {
  if (typeof name !== "string" || name.trim() === "") return UNNAMED;
  return name.replace(/[^a-zA-Z0-9_-]/g, "_").slice(0, 64);
}

function describe(schema: unknown, jsonSchema: Record<string, unknown>): string | undefined {
  const own = isInteropZodSchema(schema) ? getSchemaDescription(schema) : jsonSchema.description;
  return typeof own === "string" && own !== "" ? own : undefined;
}

function requestFor(
  method: Method,
  name: string,
  description: string | undefined,
  schema: Record<string, unknown>,
  strict?: boolean,
) {
  const strictness = strict === undefined ? {} : { strict };
  if (method === "jsonMode") return { response_format: { type: "json_object" } };
  if (method === "jsonSchema") {
    const json_schema = { name, ...(description === undefined ? {} : { description }), schema, ...strictness };
    return { response_format: { type: "json_schema", json_schema } };
  }
  const parameters = schema;
  const tool = {
    type: "function",
    function: { name, description: description ?? "A function to call with the answer.", parameters, ...strictness },
  };
  return { tools: [tool], tool_choice: { type: "function", function: { name } } };
}

/** The value that a message carries, before it is held against the schema. */
function read(message: AIMessage, method: Method, name: string, jsonSchema: Json): unknown {
  const why = explain(message, method);
  if (method === "functionCalling") {
    const call = message.tool_calls?.find((candidate) => candidate.name === name);
    const args = call?.args ?? spokenArguments(message.text, name, jsonSchema);
    if (args) return args;
    const broken = message.invalid_tool_calls?.[0];
    const found = broken
      ? `a call that cannot be read (\`${excerpt(broken.args ?? "")}\`: ${broken.error})`
      : `\`${excerpt(message.text)}\``;
    const output = name === UNNAMED ? "structured output" : `structured output \`${name}\``;
    throw new StructuredOutputError(
      `The model gave no ${output}: it should have called the tool that \`withStructuredOutput\` makes of the schema, and answered ${found}.${why}`,
      { partialOutput: message },
    );
  }
  // A reasoning parser that waits for the end of a thought takes an answer without one for a thought.
  const said = message.text.trim() === "" ? nonEmpty(message.additional_kwargs.reasoning_content) : undefined;
  const value = parseJson(said ?? message.text);
  if (value !== undefined) return value;
  throw new StructuredOutputError(`The answer is not JSON: \`${excerpt(message.text)}\`.${why}`, {
    partialOutput: message,
  });
}

/** What may do where an answer is not of the form that was asked for. */
const REMEDIES: Readonly<Record<Method, string>> = {
  functionCalling: ' `method: "jsonSchema"` asks for JSON instead of a call.',
  jsonSchema: " Servers that pass `response_format` over may still call tools: leave `method` out.",
  jsonMode: ' Say in the prompt that the answer is to be JSON, and of which fields, or use `method: "jsonSchema"`.',
};

/** What is known of why an answer is not what was asked for. */
function explain({ response_metadata: { finish_reason: finish, warnings } }: AIMessage, method: Method): string {
  const cut = finish === "length" ? " It was cut off at the output limit; raise `maxTokens`." : REMEDIES[method];
  return cut + (Array.isArray(warnings) ? warnings.map((warning) => ` ${String(warning)}`).join("") : "");
}

async function validate(value: unknown, schema: unknown, message: AIMessage): Promise<Record<string, unknown>> {
  const refuse = (why: string) =>
    new StructuredOutputError(`The answer does not follow the schema: ${why}`, { partialOutput: message });
  if (isInteropZodSchema(schema)) {
    const result = await interopSafeParseAsync(schema, value);
    if (result.success) return result.data as Record<string, unknown>;
    // zod 3's error type and zod 4's have no common ancestor but this.
    throw refuse(issuesIn((result.error as unknown as { issues: readonly Issue[] }).issues));
  }
  if (isStandardSchema(schema)) {
    const result = await schema["~standard"].validate(value);
    if (!result.issues) return result.value as Record<string, unknown>;
    throw refuse(issuesIn(result.issues));
  }
  if (typeof value !== "object" || value === null)
    throw refuse(`it is \`${excerpt(JSON.stringify(value))}\`, not an object.`);
  const fault = isObject(schema) ? schemaFault(value, schema) : undefined;
  if (fault !== undefined) throw refuse(fault);
  return value as Record<string, unknown>;
}

/** What zod and every Standard Schema say of one fault. */
interface Issue {
  readonly message: string;
  readonly path?: readonly unknown[] | undefined;
}

/** Where the faults are, and what they are: as JSON, which is how zod writes them, nobody reads them. */
function issuesIn(issues: readonly Issue[]): string {
  return issues
    .map(({ message, path = [] }) => (path.length === 0 ? message : `\`${pathOf(path)}\`: ${message}`))
    .join("; ");
}

function pathOf(path: readonly unknown[]): string {
  return path.map((step) => String(isObject(step) ? step.key : step)).join(".");
}
