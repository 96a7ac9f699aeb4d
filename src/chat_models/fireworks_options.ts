import { ConfigurationError } from "../errors.js";
import { COMMON_FIELDS, type FieldMap } from "../openai_wire/request.js";
import type { MeteredCallOptions, MeteredChatModelInput, SamplingOptions } from "./options.js";

/**
 * What of Fireworks' chat API has a name of its own here, in the constructor and per call.
 * Source: Fireworks' OpenAPI document for text completion and its Python SDK 1.2.3.
 */
export interface FireworksOptions {
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
  /** How much the model thinks: `none`, `low`, `medium`, `high`, `max`, ..., a budget in tokens, or a switch; which of them, the model decides. */
  reasoningEffort?: string | number | boolean;
  /** Which reasoning of earlier turns the model sees. */
  reasoningHistory?: "disabled" | "interleaved" | "preserved";
  /** Anthropic's way to say it; excludes `reasoningEffort`. */
  thinking?: { type: "enabled" | "disabled" | "adaptive"; budget_tokens?: number };
  /** `priority` costs more and is shed last. */
  serviceTier?: "auto" | "default" | "flex" | "priority";
  /** Requests with the same key go where their prompt is cached. */
  promptCacheKey?: string;
  /** Separates the prompt caches of tenants. */
  promptCacheIsolationKey?: string;
  /** Routes the turns of one conversation to one replica (`x-session-affinity`). */
  sessionAffinity?: string;
  /** The same for several turns; wins over `sessionAffinity` (`x-multi-turn-session-id`). */
  multiTurnSessionId?: string;
  /** The end user's id; also routes like a cache key. */
  user?: string;
  /** Times and cached tokens, into `response_metadata.perf_metrics`. */
  perfMetricsInResponse?: boolean;
  /** Prompt and output as the model saw them, into `response_metadata.raw_output`. */
  rawOutput?: boolean;
  returnTokenIds?: boolean;
  echo?: boolean;
  echoLast?: number;
  ignoreEos?: boolean;
  safeTokenization?: boolean;
  /** Text or token ids that the output probably has. */
  speculation?: string | number[];
  prediction?: Record<string, unknown> | string;
  /** The API's `metadata`: texts by name. (LangChain's own `metadata` stays with the run.) */
  requestMetadata?: Record<string, string>;
  samplingMask?: unknown;
}

/** Options of ChatFireworks. */
export interface ChatFireworksInput extends Omit<MeteredChatModelInput, "streaming" | "logprobs">, FireworksOptions {
  /** @default the environment's FIREWORKS_API_KEY */
  apiKey?: string;
  /** @default the environment's FIREWORKS_API_BASE or FIREWORKS_BASE_URL, else Fireworks' own */
  baseURL?: string;
  /** `true` for OpenAI's shape, 0 to 5 for the older one with so many alternatives. */
  logprobs?: boolean | number;
  /** `"auto"` streams underneath when Fireworks refuses a request of its size that is not streamed. @default false */
  streaming?: boolean | "auto";
}

/** Options of one call of ChatFireworks. */
export interface ChatFireworksCallOptions extends Omit<MeteredCallOptions, "logprobs">, FireworksOptions {
  logprobs?: boolean | number;
}

/** Option names and what they are called on the wire: everything that may leave, since Fireworks refuses unknown fields. */
export const FIREWORKS_FIELDS: FieldMap = {
  ...COMMON_FIELDS,
  topK: "top_k",
  minP: "min_p",
  typicalP: "typical_p",
  repetitionPenalty: "repetition_penalty",
  mirostatTarget: "mirostat_target",
  mirostatLr: "mirostat_lr",
  logitBias: "logit_bias",
  maxCompletionTokens: "max_completion_tokens",
  contextLengthExceededBehavior: "context_length_exceeded_behavior",
  promptTruncateLen: "prompt_truncate_len",
  reasoningEffort: "reasoning_effort",
  reasoningHistory: "reasoning_history",
  thinking: "thinking",
  serviceTier: "service_tier",
  promptCacheKey: "prompt_cache_key",
  promptCacheIsolationKey: "prompt_cache_isolation_key",
  user: "user",
  perfMetricsInResponse: "perf_metrics_in_response",
  rawOutput: "raw_output",
  returnTokenIds: "return_token_ids",
  echo: "echo",
  echoLast: "echo_last",
  ignoreEos: "ignore_eos",
  safeTokenization: "safe_tokenization",
  speculation: "speculation",
  prediction: "prediction",
  requestMetadata: "metadata",
  samplingMask: "sampling_mask",
};

/** Pairs of options of which the API takes only one. */
const EXCLUSIVE: [keyof (FireworksOptions & SamplingOptions), keyof (FireworksOptions & SamplingOptions)][] = [
  ["maxTokens", "maxCompletionTokens"],
  ["thinking", "reasoningEffort"],
];

/**
 * The constructor's options with a call's on top. Of two options that exclude each other the call's wins over the
 * constructor's.
 * @throws ConfigurationError when one source sets both
 */
export function mergeExclusive(fields: object, call: object): object {
  const merged: Record<string, unknown> = { ...fields };
  for (const [one, other] of EXCLUSIVE) {
    for (const source of [fields, call]) refuseBoth(source, one, other);
    if (isSet(call, one)) delete merged[other];
    if (isSet(call, other)) delete merged[one];
  }
  return merged;
}

const isSet = (source: object, option: string) => Reflect.get(source, option) !== undefined && Reflect.get(source, option) !== null;

function refuseBoth(source: object, one: string, other: string): void {
  if (!isSet(source, one) || !isSet(source, other)) return;
  throw new ConfigurationError(other, `\`${one}\` and \`${other}\` are both set.`, "Fireworks takes only one of them; leave the other out.");
}

/** The API takes no more. */
const MOST_STOPS = 4;

/** @throws ConfigurationError for more stop texts than the API takes */
export function checkStops(stop: readonly string[] | undefined): void {
  if (stop === undefined || stop.length <= MOST_STOPS) return;
  throw new ConfigurationError("stop", `\`stop\` has ${stop.length} texts.`, `Fireworks takes at most ${MOST_STOPS}.`);
}
