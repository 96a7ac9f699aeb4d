import { COMMON_FIELDS, type FieldMap } from "../../wires/openai/request.js";

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

/** Second names of options. */
export const ALIASES: Readonly<Record<string, string>> = {
  responseFormat: "response_format",
  parallelToolCalls: "parallel_tool_calls",
};
