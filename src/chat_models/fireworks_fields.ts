import { ConfigurationError } from "../errors.js";
import { isObject } from "../json.js";
import { COMMON_FIELDS, type FieldMap } from "../openai_wire/request.js";
import { checkFireworks } from "./fireworks_checks.js";
import type { FireworksOptions } from "./fireworks_options.js";
import type { SamplingOptions } from "./options.js";

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

/** Options that travel in headers. */
const HEADERS = {
  sessionAffinity: "x-session-affinity",
  multiTurnSessionId: "x-multi-turn-session-id",
  // The body has it too: the guide on caching names the header, the SDK the field.
  promptCacheIsolationKey: "x-prompt-cache-isolation-key",
} as const;

/** Second names of options. */
const ALIASES = { responseFormat: "response_format", parallelToolCalls: "parallel_tool_calls" } as const;

/** Fields that are made of something else than an option of their own, and what that is. */
const RESERVED: Readonly<Record<string, string>> = {
  model: "model",
  messages: "the messages of the call",
  stream: "stream()",
  stream_options: "streamUsage",
  stop: "stop",
  tools: "bindTools()",
  tool_choice: "the call option tool_choice",
  parallel_tool_calls: "parallelToolCalls",
};

const OPTION_OF = new Map(Object.entries(FIREWORKS_FIELDS).map(([option, field]) => [field, option]));

/** Pairs of options of which the API takes only one. */
const EXCLUSIVE = [
  ["maxTokens", "maxCompletionTokens"],
  ["thinking", "reasoningEffort"],
] as const;

/** A constructor's and a call's options as one. */
export interface ResolvedOptions extends FireworksOptions, Omit<SamplingOptions, "logprobs"> {
  logprobs?: boolean | number;
  parallel_tool_calls?: boolean;
}

/**
 * The constructor's options with a call's on top. Of two options that exclude each other the call's wins over the
 * constructor's.
 * @throws ConfigurationError when one source sets both, and for values that the API is documented to refuse
 */
export function resolveOptions(fields: object, call: object): ResolvedOptions {
  const base = named(fields);
  const own = named(call);
  const merged: Record<string, unknown> = { ...base };
  for (const [one, other] of EXCLUSIVE) {
    for (const source of [base, own]) refuseBoth(source, one, other);
    if (isSet(own, one)) delete merged[other];
    if (isSet(own, other)) delete merged[one];
  }
  for (const [option, value] of Object.entries(own)) if (value !== undefined) merged[option] = value;
  const options = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined && value !== null));
  checkFireworks(options);
  return { ...options, modelKwargs: { ...extraFields(fields), ...extraFields(call) } };
}

/** Headers that options ask for. */
export function optionHeaders(options: ResolvedOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [option, header] of Object.entries(HEADERS)) {
    const value: unknown = Reflect.get(options, option);
    if (value !== undefined) headers[header] = toHeaderValue(option, value);
  }
  return headers;
}

/** HTTP carries visible ASCII; what does not fit would fail inside fetch, and a line break would forge a header. */
function toHeaderValue(option: string, value: unknown): string {
  if (typeof value === "string" && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)) return value;
  throw new ConfigurationError(option, `\`${option}\` is \`${JSON.stringify(value)}\`.`, "It travels in a header: use visible ASCII characters, such as a hash of the text.");
}

/** One source's options under one name each: second names, and fields in `modelKwargs` that have an option. */
function named(source: object): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(kwargsOf(source))) {
    const option = OPTION_OF.get(field);
    if (option !== undefined) options[option] = value;
  }
  for (const [option, value] of Object.entries(source)) if (value !== undefined) options[option] = value;
  for (const [alias, name] of Object.entries(ALIASES)) if (options[name] === undefined) options[name] = options[alias];
  return options;
}

/** Fields in `modelKwargs` that have no option. */
function extraFields(source: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(kwargsOf(source)).filter(([field]) => !OPTION_OF.has(field)));
}

function kwargsOf(source: object): Record<string, unknown> {
  const kwargs: unknown = Reflect.get(source, "modelKwargs");
  if (kwargs === undefined || kwargs === null) return {};
  if (!isObject(kwargs)) throw new ConfigurationError("modelKwargs", `\`modelKwargs\` is \`${JSON.stringify(kwargs)}\`.`, "Pass an object of fields by their names on the wire.");
  for (const field of Object.keys(kwargs)) {
    const instead = RESERVED[field];
    if (instead !== undefined) throw new ConfigurationError("modelKwargs", `\`modelKwargs\` sets \`${field}\`.`, `Use ${instead} for it.`);
  }
  return kwargs;
}

const isSet = (source: object, option: string) => Reflect.get(source, option) !== undefined && Reflect.get(source, option) !== null;

function refuseBoth(source: object, one: string, other: string): void {
  if (!isSet(source, one) || !isSet(source, other)) return;
  throw new ConfigurationError(other, `\`${one}\` and \`${other}\` are both set.`, "Fireworks takes only one of them; leave the other out.");
}
