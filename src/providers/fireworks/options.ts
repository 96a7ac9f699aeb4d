import type { MeteredCallOptions, MeteredChatModelInput, PerCall } from "../../models/options.js";

/**
 * What of Fireworks' chat API has a name of its own here, in the constructor and per call. A call's option wins over
 * the constructor's; `null` in a call takes the constructor's back.
 * Source: Fireworks' OpenAPI document for text completion and its Python SDK 1.2.3.
 */
export interface FireworksOptions {
  /** Log probabilities: `true` for OpenAI's shape, 0 to 5 for the older one with so many alternatives. */
  logprobs?: boolean | number;
  /** 0 to 1. */
  typicalP?: number;
  /** 0 to 2; counts the prompt's tokens too. */
  repetitionPenalty?: number;
  mirostatTarget?: number;
  mirostatLr?: number;
  /** Token ids and what to add to their log odds, -100 to 100. */
  logitBias?: Record<string, number>;
  /** Another name of the API's for `maxTokens`; only one of the two can be set. */
  maxCompletionTokens?: number;
  /**
   * What happens when prompt and `maxTokens` do not fit the context: the API by itself shrinks `maxTokens` and says
   * nothing; `"error"` makes it refuse. @default the API's own, "truncate"
   */
  contextLengthExceededBehavior?: "truncate" | "error";
  /** Cut the prompt to so many tokens. */
  promptTruncateLen?: number;
  /**
   * How much the model thinks: `none`, `low`, `medium`, `high`, `max`, ..., a budget in tokens, or a switch. Which of
   * them it takes, the model decides. Excludes `thinking`.
   */
  reasoningEffort?: string | number | boolean;
  /** Which reasoning of earlier turns the model sees. @default the model's own */
  reasoningHistory?: "disabled" | "interleaved" | "preserved";
  /** Anthropic's way to say how much to think; excludes `reasoningEffort`. */
  thinking?: { type: "enabled" | "disabled" | "adaptive"; budget_tokens?: number };
  /** `priority` costs more and is shed last. The other values change nothing. */
  serviceTier?: "auto" | "default" | "flex" | "priority";
  /** Requests with the same key go where their prompt is cached. Wins over `user`. */
  promptCacheKey?: string;
  /** Separates the prompt caches of tenants. Routes nothing. */
  promptCacheIsolationKey?: string;
  /** Routes the turns of one conversation to one replica (header `x-session-affinity`). */
  sessionAffinity?: string;
  /** The same for several turns; wins over `sessionAffinity` (header `x-multi-turn-session-id`). */
  multiTurnSessionId?: string;
  /** The end user's id; also routes like a cache key. */
  user?: string;
  /** Times and cached tokens, into `response_metadata.perf_metrics`. */
  perfMetricsInResponse?: boolean;
  /** Prompt and output as the model saw them, into `response_metadata.raw_output`. */
  rawOutput?: boolean;
  /** Token ids, into `response_metadata.prompt_token_ids` and `token_ids`. */
  returnTokenIds?: boolean;
  echo?: boolean;
  echoLast?: number;
  ignoreEos?: boolean;
  safeTokenization?: boolean;
  /** Text or token ids that the output probably has. */
  speculation?: string | number[];
  prediction?: Record<string, unknown> | string;
  /** The answer's form: `json_object`, `json_schema`, `grammar` or `text`, as the API has it. Another name for the call option `response_format`. */
  responseFormat?: Record<string, unknown>;
  /** May the model call several tools in one answer. Another name for the call option `parallel_tool_calls`. */
  parallelToolCalls?: boolean;
  /** The API's `metadata`: texts by name. (LangChain's own `metadata` stays with the run.) */
  requestMetadata?: Record<string, string>;
  samplingMask?: unknown;
  /** Fields of the request by their names on the wire, for what has no option here. The API refuses a request for any field that it does not know. */
  modelKwargs?: Record<string, unknown>;
}

/** Options of ChatFireworks. */
export interface ChatFireworksInput extends Omit<MeteredChatModelInput, "streaming" | "logprobs">, FireworksOptions {
  /** @default the environment's FIREWORKS_API_KEY */
  apiKey?: string | undefined;
  /** @default the environment's FIREWORKS_API_BASE or FIREWORKS_BASE_URL, else Fireworks' own */
  baseURL?: string | undefined;
  /** `"auto"` streams underneath when Fireworks refuses a request of its size that is not streamed. @default false */
  streaming?: boolean | "auto";
}

/** Options of one call of ChatFireworks. */
export interface ChatFireworksCallOptions extends MeteredCallOptions, PerCall<FireworksOptions> {}
