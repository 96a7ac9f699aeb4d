import type { BindToolsInput } from "@langchain/core/language_models/chat_models";
import { ConfigurationError } from "../../base/errors.js";
import { isObject } from "../../base/json.js";
import type { PullProgress } from "./model_listing.js";
import { MODEL_OPTIONS, type OllamaModelOptions } from "../../wires/ollama/options.js";
import type { OfferedTools, OllamaRequestOptions, OllamaSettings } from "../../wires/ollama/params.js";
import type { MeteredCallOptions, MeteredChatModelInput, PerCall } from "../../models/options.js";
import { toForcedTool, toSchema, toToolDefinitions } from "../../models/tools.js";

/** Pulling a model that the server does not have. */
export interface PullMissing {
  /** Called with the progress of the pull. */
  onProgress?: (progress: PullProgress) => void;
  /** Take it from a registry without a valid certificate. @default false */
  insecure?: boolean;
}

type Overridden = keyof OllamaModelOptions | keyof OllamaRequestOptions;

/** Options of ChatOllamaLite. */
export interface ChatOllamaLiteInput
  extends Omit<MeteredChatModelInput, Overridden>, OllamaModelOptions, OllamaRequestOptions {
  /** Randomness, 0 to 2. `null` leaves the value of the model's Modelfile. @default 0.3 */
  temperature?: number | null;
  /** Sent to the configured host. @default for https://ollama.com alone, the environment's OLLAMA_API_KEY */
  apiKey?: string | undefined;
  /** Where the server is, with or without `/api`. @default the environment's OLLAMA_BASE_URL, OLLAMA_HOST or OLLAMA_API_BASE, else http://127.0.0.1:11434 */
  baseURL?: string | undefined;
  /** Another spelling of `baseURL`. */
  baseUrl?: string | undefined;
  /** The longest silence in the middle of an answer, in milliseconds: tool calls come whole, and nothing comes while one is made. @default 600000, or `timeout` where that is longer */
  idleTimeout?: number;
  /** Pull the model when the server does not have it, and then ask it. @default false */
  pull?: boolean | PullMissing;
  /** Fetch images that are given by an http(s) address; otherwise they are an error. @default false */
  fetchImages?: boolean;
}

/** Options of one call of ChatOllamaLite. */
export interface ChatOllamaLiteCallOptions
  extends MeteredCallOptions, PerCall<Omit<OllamaModelOptions, "temperature"> & OllamaRequestOptions> {
  stop?: string[];
}

/** The temperature of the system that this class was first part of; Ollama's own is 0.8. */
const DEFAULT_TEMPERATURE = 0.3;

const REQUEST_OPTIONS: readonly (keyof OllamaRequestOptions)[] = [
  "think",
  "format",
  "keepAlive",
  "truncate",
  "shift",
  "logprobs",
  "topLogprobs",
];

/** The names of all options of a request. */
export const OLLAMA_OPTIONS: readonly string[] = [...MODEL_OPTIONS, ...REQUEST_OPTIONS];

/** The options of one request: the call's before the model's. `null` takes one out. */
export function mergeSettings(fields: ChatOllamaLiteInput, call: Partial<ChatOllamaLiteCallOptions>): OllamaSettings {
  const merged: Record<string, unknown> = { temperature: DEFAULT_TEMPERATURE };
  for (const source of [fields, call] as Record<string, unknown>[]) {
    for (const option of OLLAMA_OPTIONS) if (source[option] !== undefined) merged[option] = source[option];
  }
  // Both are one field on the wire: the call's own goes before the model's.
  if (call.numPredict !== undefined && call.maxTokens === undefined) delete merged.maxTokens;
  const format = formatOf(call);
  if (format !== undefined) merged.format = format;
  // A Standard Schema, such as zod's, may stand in place of a JSON schema.
  if (isObject(merged.format) && "~standard" in merged.format)
    merged.format = toSchema(merged.format, "`format`", "format");
  return merged;
}

/** `response_format` as LangChain's agents and structured output have it, in Ollama's form. */
function formatOf({ format, response_format: wanted }: Partial<ChatOllamaLiteCallOptions>): unknown {
  if (format !== undefined || wanted === undefined || wanted === null) return undefined;
  if (wanted.type === "text") return undefined;
  if (wanted.type === "json_object") return "json";
  const schema = isObject(wanted.json_schema) ? wanted.json_schema.schema : undefined;
  if (wanted.type === "json_schema" && schema !== undefined)
    return toSchema(schema, "the schema of `response_format`", "response_format");
  throw new ConfigurationError(
    "response_format",
    `\`response_format\` is \`${JSON.stringify(wanted)}\`.`,
    "Use `json_object`, or `json_schema` with a schema.",
  );
}

/**
 * The tools that are sent. Ollama's API has no `tool_choice`: "none" sends no tools, a name sends that tool alone, and a
 * name or "required" makes the answer a call by a schema.
 */
export function offerTools(tools: readonly BindToolsInput[] | undefined, choice: unknown): OfferedTools {
  const definitions = toToolDefinitions(tools ?? []);
  const forced = toForcedTool(choice, definitions);
  if (forced === "none") return { tools: [], isForced: false };
  if (forced === undefined || forced === "auto") return { tools: definitions, isForced: false };
  if (forced === "required") return { tools: definitions, isForced: true };
  return { tools: definitions.filter((tool) => tool.function.name === forced.name), isForced: true };
}
