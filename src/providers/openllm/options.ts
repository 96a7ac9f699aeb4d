import type { DialectOptions } from "./dialect.js";
import { COMMON_FIELDS, type FieldMap } from "../../wires/openai/request.js";
import type { MeteredCallOptions, MeteredChatModelInput, PerCall } from "../../models/options.js";

/** What self-hosted servers take beyond OpenAI's own fields; in the constructor and per call. */
export interface OpenLLMFields {
  typicalP?: number;
  /** Sent under both of its names, `repetition_penalty` and `repeat_penalty`. */
  repetitionPenalty?: number;
  minTokens?: number;
  stopTokenIds?: number[];
  ignoreEos?: boolean;
  logitBias?: Record<string, number>;
  /** Variables of the chat template, such as `{ enable_thinking: false }`. */
  chatTemplateKwargs?: Record<string, unknown>;
  reasoningEffort?: string;
  includeReasoning?: boolean;
  thinkingTokenBudget?: number;
  /** vLLM's constraints: `{ regex }`, `{ choice }`, `{ grammar }`, ... */
  structuredOutputs?: Record<string, unknown>;
  /** llama.cpp's GBNF grammar. */
  grammar?: string;
  cachePrompt?: boolean;
  priority?: number;
  /** Any other field of the body, by its name on the wire. A call's wins over the constructor's, field by field. */
  extraBody?: Record<string, unknown>;
}

/** Options of ChatOpenLLM. */
export interface ChatOpenLLMInput extends MeteredChatModelInput, OpenLLMFields, DialectOptions {
  /** The model's id, as the server knows it. @default the server's only model */
  model?: string;
  /** Sent only when it is set. @default the environment's OPENLLM_API_KEY */
  apiKey?: string | undefined;
  /** With or without `/v1`; what works is found out once. @default the environment's OPENLLM_BASE_URL or OPEN_LLM_API_BASE */
  baseURL?: string | undefined;
  /**
   * What to do when a forced tool (`tool_choice`) is not called. `"schema"`: ask again, in the same run and on the books,
   * for the call as JSON by its schema. `"error"`: throw at once. `"off"`: hand the answer on as it is.
   * @default "schema"
   */
  forcedTools?: "schema" | "error" | "off";
  /** How a single forced tool is named: llama.cpp and others ignore the object form. @default "required", with that tool alone */
  namedToolChoice?: "required" | "object";
  /** Ask once more, in the same run and on the books, when an answer that should be JSON is none, or does not follow the schema. @default true */
  repairJson?: boolean;
  /** The field for the output limit. Ollama and FastChat know the older one only. @default "max_tokens" */
  maxTokensField?: "max_tokens" | "max_completion_tokens";
  /** Ask for as many output tokens as fit when a server refuses `maxTokens` as too many. @default false */
  fitMaxTokens?: boolean;
  /** Schema keywords to leave out, such as `["pattern"]`: grammar engines ignore or refuse some. */
  dropSchemaKeywords?: string[];
  /** How long a model that is still loading is waited for, in milliseconds. @default 60000, and 0 with `maxRetries: 0` */
  loadingTimeout?: number;
  /** The longest wait for an answer about the server itself (models, token counts), in milliseconds. @default 2000 */
  probeTimeout?: number;
}

/** Options of one call of ChatOpenLLM. */
export interface ChatOpenLLMCallOptions
  extends MeteredCallOptions, PerCall<Omit<OpenLLMFields, "extraBody">>, Pick<OpenLLMFields, "extraBody"> {
  /** Token log probabilities, into `response_metadata.logprobs`. */
  logprobs?: boolean | null;
}

/** Options by their names on the wire. */
export const OPENLLM_FIELDS: FieldMap = {
  ...COMMON_FIELDS,
  topK: "top_k",
  minP: "min_p",
  typicalP: "typical_p",
  repetitionPenalty: "repetition_penalty",
  minTokens: "min_tokens",
  stopTokenIds: "stop_token_ids",
  ignoreEos: "ignore_eos",
  logitBias: "logit_bias",
  chatTemplateKwargs: "chat_template_kwargs",
  reasoningEffort: "reasoning_effort",
  includeReasoning: "include_reasoning",
  thinkingTokenBudget: "thinking_token_budget",
  structuredOutputs: "structured_outputs",
  grammar: "grammar",
  cachePrompt: "cache_prompt",
  priority: "priority",
};

/** Options that a serialised model has beside those of all models. */
export const OPENLLM_KEYS: readonly string[] = [
  ...Object.keys(OPENLLM_FIELDS),
  "extraBody",
  "thinkTags",
  "replayReasoning",
  "toolCallContent",
  "mergeSystemMessages",
  "developerRole",
  "unmarkedEnd",
  "forcedTools",
  "namedToolChoice",
  "repairJson",
  "maxTokensField",
  "fitMaxTokens",
  "dropSchemaKeywords",
  "loadingTimeout",
  "probeTimeout",
];
