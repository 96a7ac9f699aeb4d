import type { DialectOptions } from "./dialect.js";
import { isMessageForm, MESSAGE_FORMS, type MessageForm } from "./negotiate/message_form.js";
import {
  choice,
  FIELDS,
  FUNCTION,
  kept,
  limit,
  number,
  sent,
  such,
  SWITCH,
  TEXTS,
  unstored,
  whole,
  type OptionTable,
} from "../../models/option_table.js";
import type { ApiKey } from "../../transport/api_key.js";
import type { MeteredCallOptions, MeteredChatModelInput, PerCall } from "../../models/options.js";
import { METERED_OPTIONS } from "../../models/shared_options.js";

/** What self-hosted servers take beyond OpenAI's own fields; in the constructor and per call. */
export interface OpenLLMFields {
  /** Sample among tokens about as surprising as is typical; 1 is off. @default the server's own */
  typicalP?: number | undefined;
  /** Sent under both of its names, `repetition_penalty` and `repeat_penalty`. */
  repetitionPenalty?: number | undefined;
  /** The answer does not end before it has so many tokens. @default the server's own */
  minTokens?: number | undefined;
  /** Ids of tokens that end an answer. */
  stopTokenIds?: number[] | undefined;
  /** Write on after the model has ended its answer, up to `maxTokens`: for measuring speed. @default the server's own */
  ignoreEos?: boolean | undefined;
  /** Token ids and what to add to their log odds, -100 to 100. */
  logitBias?: Record<string, number> | undefined;
  /** Variables of the chat template, such as `{ enable_thinking: false }`. */
  chatTemplateKwargs?: Record<string, unknown> | undefined;
  /** How much the model thinks, such as `"low"`; which words there are, the model decides. @default the model's own */
  reasoningEffort?: string | undefined;
  /** Whether thoughts come with the answer. @default the server's own */
  includeReasoning?: boolean | undefined;
  /** The most tokens of thoughts. @default the server's own */
  thinkingTokenBudget?: number | undefined;
  /** vLLM's constraints: `{ regex }`, `{ choice }`, `{ grammar }`, ... */
  structuredOutputs?: Record<string, unknown> | undefined;
  /** llama.cpp's GBNF grammar. */
  grammar?: string | undefined;
  /** llama.cpp: keep the prompt for the next request that begins alike. @default the server's own */
  cachePrompt?: boolean | undefined;
  /** vLLM: which request comes first where the server orders them; lower is earlier. @default the server's own */
  priority?: number | undefined;
  /** Any other field of the body, by its name on the wire. A call's wins over the constructor's, field by field. */
  extraBody?: Record<string, unknown> | undefined;
}

/** Options of ChatOpenLLM. */
export interface ChatOpenLLMInput extends MeteredChatModelInput, OpenLLMFields, DialectOptions {
  /** The model's id, as the server knows it. @default the server's only model */
  model?: string | undefined;
  /** Sent only when it is set. @default the environment's OPENLLM_API_KEY */
  apiKey?: ApiKey | undefined;
  /** With or without `/v1`; what works is found out once. @default the environment's OPENLLM_BASE_URL or OPEN_LLM_API_BASE */
  baseURL?: string | undefined;
  /**
   * What to do when a forced tool (`tool_choice`) is not called. `"schema"`: ask again, in the same run and on the books,
   * for the call as JSON by its schema. `"error"`: throw at once. `"off"`: hand the answer on as it is.
   * @default "schema"
   */
  forcedTools?: "schema" | "error" | "off" | undefined;
  /** How a single forced tool is named: llama.cpp and others ignore the object form. @default "required", with that tool alone */
  namedToolChoice?: "required" | "object" | undefined;
  /** Ask once more, in the same run and on the books, when an answer that should be JSON is none, or does not follow the schema. @default true */
  repairJson?: boolean | undefined;
  /** The field for the output limit. Ollama and FastChat know the older one only. @default "max_tokens" */
  maxTokensField?: "max_tokens" | "max_completion_tokens" | undefined;
  /** Ask for as many output tokens as fit when a server refuses `maxTokens` as too many. @default false */
  fitMaxTokens?: boolean | undefined;
  /** Schema keywords to leave out, such as `["pattern"]`: grammar engines ignore or refuse some. */
  dropSchemaKeywords?: string[] | undefined;
  /**
   * How many bytes the references (`$ref`) of one request's schemas may add to it when they are written out. A schema that
   * would add more is sent with its references, and the answer has a warning. @default 1048576
   */
  maxSchemaBytes?: number | undefined;
  /**
   * The forms in which the server's chat template takes a conversation: `"oneSystem"` (one system message, the first),
   * `"noSystem"` (none: its text goes to the user's first), `"userFirst"`, `"alternate"` (user and assistant in turn),
   * `"nineCharacterIds"` of tool calls, `"answeredCalls"`, `"reasoningOnCalls"` and `"reasoningOnAll"` (thoughts sent back), `"noReasoning"`.
   * What a template refuses is found out and remembered by server and model; said here, the first call is right at once.
   * `false` sends every conversation as it is.
   * @default []
   */
  messageForm?: MessageForm[] | false | undefined;
  /** How long a model that is still loading is waited for, in milliseconds. @default 60000, and 0 with `maxRetries: 0` */
  loadingTimeout?: number | undefined;
  /** The longest wait for an answer about the server itself (models, token counts), in milliseconds. @default 2000 */
  probeTimeout?: number | undefined;
}

/** Options of ChatOpenLLM where the model's name is the first argument. */
export type ChatOpenLLMInputBesideModel = Omit<ChatOpenLLMInput, "model">;

/** Options of one call of ChatOpenLLM. */
export interface ChatOpenLLMCallOptions
  extends MeteredCallOptions, PerCall<Omit<OpenLLMFields, "extraBody">>, Pick<OpenLLMFields, "extraBody"> {
  /** Token log probabilities, into `response_metadata.logprobs`. */
  logprobs?: boolean | null | undefined;
}

/** Every option of ChatOpenLLM. */
export const OPENLLM_OPTIONS = {
  ...METERED_OPTIONS,
  typicalP: sent("typical_p", number()),
  repetitionPenalty: sent("repetition_penalty", number()),
  minTokens: sent("min_tokens", whole(0)),
  stopTokenIds: sent("stop_token_ids", such("a list of token ids", Array.isArray)),
  ignoreEos: sent("ignore_eos", SWITCH),
  logitBias: sent("logit_bias", FIELDS),
  chatTemplateKwargs: sent("chat_template_kwargs", FIELDS),
  reasoningEffort: sent("reasoning_effort"),
  includeReasoning: sent("include_reasoning", SWITCH),
  thinkingTokenBudget: sent("thinking_token_budget", whole()),
  structuredOutputs: sent("structured_outputs", FIELDS),
  grammar: sent("grammar"),
  cachePrompt: sent("cache_prompt", SWITCH),
  priority: sent("priority", number()),
  // What is in it is checked where it is put together.
  extraBody: { isStored: true },
  replayReasoning: choice("auto", "reasoning_content", "reasoning", "both", false),
  toolCallContent: choice("empty", "null", "omit"),
  mergeSystemMessages: kept(SWITCH),
  developerRole: kept(SWITCH),
  unmarkedEnd: choice("error", "accept"),
  loadImage: unstored("constructor", FUNCTION),
  forcedTools: choice("schema", "error", "off"),
  namedToolChoice: choice("required", "object"),
  repairJson: kept(SWITCH),
  maxTokensField: choice("max_tokens", "max_completion_tokens"),
  fitMaxTokens: kept(SWITCH),
  dropSchemaKeywords: kept(TEXTS),
  maxSchemaBytes: kept(limit(0)),
  messageForm: kept(
    such(
      `false or a list of ${MESSAGE_FORMS.join(", ")}`,
      (value) => value === false || (Array.isArray(value) && value.every(isMessageForm)),
    ),
  ),
  loadingTimeout: kept(limit(0)),
  probeTimeout: kept(limit(0)),
} satisfies OptionTable<keyof ChatOpenLLMInput | keyof ChatOpenLLMCallOptions>;
