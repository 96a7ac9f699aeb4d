import {
  choice,
  FIELDS,
  isNoLimit,
  number,
  sent,
  such,
  SWITCH,
  whole,
  type Kind,
  type OptionTable,
} from "../../models/option_table.js";
import type { ApiKey } from "../../transport/api_key.js";
import type { MeteredCallOptions, MeteredChatModelInput, PerCall } from "../../models/options.js";
import { METERED_OPTIONS } from "../../models/shared_options.js";
import { annotations, ANNOTATIONS_HEADER, saysNothing, toHeader, type FireworksAnnotations } from "./annotations.js";

/**
 * The parts of Fireworks' chat API that have a name of their own here, in the constructor and per call. A call's option wins over
 * the constructor's; `null` in a call takes the constructor's back.
 * Source: Fireworks' OpenAPI document for text completion and its Python SDK 1.2.3.
 */
export interface FireworksOptions {
  /** Log probabilities: `true` for OpenAI's shape, 0 to 5 for the older one with so many alternatives. */
  logprobs?: boolean | number | undefined;
  /** 0 to 1. */
  typicalP?: number | undefined;
  /** 0 to 2; counts the prompt's tokens too. */
  repetitionPenalty?: number | undefined;
  /** The perplexity that Mirostat sampling keeps to. Higher is more varied. @default Mirostat is off */
  mirostatTarget?: number | undefined;
  /** How fast Mirostat corrects itself: its learning rate. @default the API's own */
  mirostatLr?: number | undefined;
  /** Token ids and what to add to their log odds, -100 to 100. */
  logitBias?: Record<string, number> | undefined;
  /** Another name of the API's for `maxTokens`; only one of the two can be set. */
  maxCompletionTokens?: number | undefined;
  /**
   * What happens when prompt and `maxTokens` do not fit the context: the API by itself shrinks `maxTokens` and says
   * nothing; `"error"` makes it refuse. @default the API's own, "truncate"
   */
  contextLengthExceededBehavior?: "truncate" | "error" | undefined;
  /** Cut the prompt to so many tokens. */
  promptTruncateLen?: number | undefined;
  /**
   * How much the model thinks: `none`, `low`, `medium`, `high`, `max`, ..., a budget in tokens, or a switch. Which of
   * them it takes, the model decides. Excludes `thinking`.
   */
  reasoningEffort?: string | number | boolean | undefined;
  /** Which reasoning of earlier turns the model sees. @default the model's own */
  reasoningHistory?: "disabled" | "interleaved" | "preserved" | undefined;
  /** Anthropic's way to say how much to think; excludes `reasoningEffort`. */
  thinking?: { type: "enabled" | "disabled" | "adaptive"; budget_tokens?: number | undefined } | undefined;
  /**
   * `priority` costs more and is shed last; `spot` costs less, is shed first, and not every model takes it. The other
   * values change nothing.
   */
  serviceTier?: "auto" | "default" | "flex" | "priority" | "spot" | undefined;
  /** Requests with the same key go where their prompt is cached. Wins over `user`. */
  promptCacheKey?: string | undefined;
  /** Separates the prompt caches of tenants. Routes nothing. */
  promptCacheIsolationKey?: string | undefined;
  /** Routes the turns of one conversation to one replica (header `x-session-affinity`). */
  sessionAffinity?: string | undefined;
  /** The same for several turns; wins over `sessionAffinity` (header `x-multi-turn-session-id`). */
  multiTurnSessionId?: string | undefined;
  /** The end user's id; also routes like a cache key. */
  user?: string | undefined;
  /** Times and cached tokens, into `response_metadata.perf_metrics`. */
  perfMetricsInResponse?: boolean | undefined;
  /** Prompt and output as the model saw them, into `response_metadata.raw_output`. */
  rawOutput?: boolean | undefined;
  /** Token ids, into `response_metadata.prompt_token_ids` and `token_ids`. */
  returnTokenIds?: boolean | undefined;
  /** Repeat the prompt before the answer. @default false */
  echo?: boolean | undefined;
  /** Repeat so many of the prompt's last tokens before the answer. @default none */
  echoLast?: number | undefined;
  /** Write on after the model has ended its answer, up to `maxTokens`: for measuring speed. @default false */
  ignoreEos?: boolean | undefined;
  /** Text that spells a special token in a message stays text. Not every model has it. @default false */
  safeTokenization?: boolean | undefined;
  /** Text or token ids that the output probably has. */
  speculation?: string | number[] | undefined;
  /** The same in the form of OpenAI's API: `{ type: "content", content }`, or a text. */
  prediction?: Record<string, unknown> | string | undefined;
  /** The answer's form: `json_object`, `json_schema`, `grammar` or `text`, as the API has it. Another name for the call option `response_format`. */
  responseFormat?: Record<string, unknown> | undefined;
  /** May the model call several tools in one answer. Another name for the call option `parallel_tool_calls`. */
  parallelToolCalls?: boolean | undefined;
  /** The API's `metadata`: texts by name. (LangChain's own `metadata` stays with the run.) */
  requestMetadata?: Record<string, string> | undefined;
  /**
   * Whom the call is for: `team`, `project`, `environment`. Fireworks groups serverless usage by them (header
   * `Fireworks-Annotations`), and the run has each as a tag, such as `team=search`.
   */
  annotations?: FireworksAnnotations | undefined;
  /** Sent as `sampling_mask`, as it is. Fireworks does not describe it. */
  samplingMask?: unknown;
  /** Fields of the request by their names on the wire, for what has no option here. The API refuses a request for any field that it does not know. */
  modelKwargs?: Record<string, unknown> | undefined;
}

/** Options of ChatFireworks. */
export interface ChatFireworksInput extends Omit<MeteredChatModelInput, "streaming" | "logprobs">, FireworksOptions {
  /** @default the environment's FIREWORKS_API_KEY */
  apiKey?: ApiKey | undefined;
  /** @default the environment's FIREWORKS_API_BASE or FIREWORKS_BASE_URL, else Fireworks' own */
  baseURL?: string | undefined;
  /** `"auto"` streams underneath when Fireworks refuses a request of its size that is not streamed. @default false */
  streaming?: boolean | "auto" | undefined;
}

/** Options of ChatFireworks where the model's name is the first argument. */
export type ChatFireworksInputBesideModel = Omit<ChatFireworksInput, "model">;

/** Options of one call of ChatFireworks. */
export interface ChatFireworksCallOptions extends MeteredCallOptions, PerCall<FireworksOptions> {}

/** The API takes no more. */
const MOST_STOPS = 4;

/** Untyped callers pass one text as it is, which the API takes too. */
const stops: Kind = (value) =>
  !Array.isArray(value) || value.length <= MOST_STOPS
    ? undefined
    : { problem: `\`stop\` has ${value.length} texts.`, remedy: `Fireworks takes at most ${MOST_STOPS}.` };

const logprobs = such("true, false, or a whole number from 0 to 5", (value) =>
  typeof value === "number" ? whole(0, 5)(value, "logprobs") === undefined : typeof value === "boolean",
);

const VISIBLE_ASCII = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** A value that HTTP cannot carry would fail inside fetch, or forge another header. */
const headerValue: Kind = (value, option) =>
  typeof value === "string" && VISIBLE_ASCII.test(value)
    ? undefined
    : {
        problem: `\`${option}\` is \`${JSON.stringify(value)}\`.`,
        remedy: "It travels in a header: use visible ASCII characters, such as a hash of the text.",
      };

/**
 * Every option of ChatFireworks, with the bounds of Fireworks' OpenAPI document: the API refuses what is outside, and
 * fields that it does not know.
 */
export const FIREWORKS_OPTIONS = {
  ...METERED_OPTIONS,
  streaming: choice(true, false, "auto"),
  stop: { ...METERED_OPTIONS.stop, kind: stops },
  stopSequences: { ...METERED_OPTIONS.stopSequences, kind: stops },
  logprobs: sent("logprobs", logprobs),
  topLogprobs: sent("top_logprobs", whole(0, 5)),
  topK: sent("top_k", whole(0, 100)),
  minP: sent("min_p", number(0, 1)),
  typicalP: sent("typical_p", number(0, 1)),
  frequencyPenalty: sent("frequency_penalty", number(-2, 2)),
  presencePenalty: sent("presence_penalty", number(-2, 2)),
  repetitionPenalty: sent("repetition_penalty", number(0, 2)),
  mirostatTarget: sent("mirostat_target", number()),
  mirostatLr: sent("mirostat_lr", number()),
  logitBias: sent("logit_bias", FIELDS),
  maxCompletionTokens: sent("max_completion_tokens", whole(1), { excludes: "maxTokens", isNone: isNoLimit }),
  contextLengthExceededBehavior: sent("context_length_exceeded_behavior"),
  promptTruncateLen: sent("prompt_truncate_len", whole()),
  reasoningEffort: sent("reasoning_effort", undefined, { excludes: "thinking" }),
  reasoningHistory: sent("reasoning_history"),
  thinking: sent("thinking", FIELDS),
  serviceTier: sent("service_tier"),
  promptCacheKey: sent("prompt_cache_key"),
  // The body has it too: the guide on caching names the header, the SDK the field.
  promptCacheIsolationKey: sent("prompt_cache_isolation_key", headerValue, { header: "x-prompt-cache-isolation-key" }),
  sessionAffinity: { header: "x-session-affinity", kind: headerValue, isStored: false },
  multiTurnSessionId: { header: "x-multi-turn-session-id", kind: headerValue, isStored: false },
  user: sent("user"),
  perfMetricsInResponse: sent("perf_metrics_in_response", SWITCH),
  rawOutput: sent("raw_output", SWITCH),
  returnTokenIds: sent("return_token_ids", SWITCH),
  echo: sent("echo", SWITCH),
  echoLast: sent("echo_last", whole()),
  ignoreEos: sent("ignore_eos", SWITCH),
  safeTokenization: sent("safe_tokenization", SWITCH),
  speculation: sent("speculation"),
  prediction: sent("prediction"),
  responseFormat: { kind: FIELDS, isStored: true, aliasOf: "response_format" },
  parallelToolCalls: { kind: SWITCH, isStored: true, aliasOf: "parallel_tool_calls" },
  requestMetadata: sent("metadata", FIELDS),
  annotations: {
    header: ANNOTATIONS_HEADER,
    inHeader: toHeader,
    kind: annotations,
    isNone: saysNothing,
    isStored: true,
  },
  samplingMask: sent("sampling_mask"),
  modelKwargs: { isStored: true },
} satisfies OptionTable<keyof ChatFireworksInput | keyof ChatFireworksCallOptions>;
