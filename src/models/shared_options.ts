import type { BaseChatModelCallOptions, BaseChatModelParams } from "@langchain/core/language_models/chat_models";
import { hasFields } from "../base/check_given.js";
import {
  choice,
  FIELDS,
  FUNCTION,
  isNoLimit,
  kept,
  limit,
  number,
  sent,
  such,
  SWITCH,
  TEXTS,
  unstored,
  whole,
  wholeLimit,
  type Kind,
  type OptionTable,
} from "./option_table.js";
import { A_SIGNAL, areCallbacks, isSignal, SOME_CALLBACKS } from "../run/check_config.js";
import type { MeteredCallOptions, MeteredChatModelInput } from "./options.js";

const CALLBACKS: Kind = such(SOME_CALLBACKS, areCallbacks);

/** What LangChain's own base class and its configs know. Core looks after most of them. */
const LANGCHAIN_OPTIONS = {
  callbacks: unstored(undefined, CALLBACKS),
  callbackManager: unstored(undefined, CALLBACKS),
  tags: unstored(undefined, TEXTS),
  metadata: unstored(undefined, FIELDS),
  verbose: unstored(),
  cache: unstored(),
  onFailedAttempt: unstored(undefined, FUNCTION),
  maxConcurrency: { kind: wholeLimit(1), isStored: true },
  maxRetries: { kind: limit(0), isStored: true },
  disableStreaming: kept(),
  outputVersion: { isStored: true },
  runName: unstored("call"),
  runId: unstored("call"),
  configurable: unstored("call"),
  recursionLimit: unstored("call"),
  timeout: { kind: limit(0), isStored: true },
  signal: unstored("call", such(A_SIGNAL, isSignal)),
  stop: sent("stop", undefined, { isNone: (value) => Array.isArray(value) && value.length === 0 }),
  tool_choice: unstored("call"),
  ls_structured_output_format: unstored("call"),
} satisfies OptionTable<keyof BaseChatModelParams | keyof BaseChatModelCallOptions>;

/** Half of what the longest text of any engine holds: what is read within it, and what is made of that, can be one text. */
const MOST_BYTES = 2 ** 28;

/** A value that may be a secret, so that no message shows it. */
const secretText: Kind = (value, option) =>
  typeof value === "string"
    ? undefined
    : { problem: `\`${option}\` is of type \`${typeof value}\`.`, remedy: "Pass a text." };

const secretKey: Kind = (value, option) => {
  const fault = typeof value === "function" ? undefined : secretText(value, option);
  return fault && { ...fault, remedy: "Pass a text, or a function that gives one." };
};

/** Headers by name. A `Headers` or a `Map` has no fields, so that nothing of it would be sent. No value is shown. */
const headerFields: Kind = (value) => {
  const remedy = "Pass an object of texts, such as `Object.fromEntries(headers)`.";
  if (!hasFields(value)) return { remedy };
  const wrong = Object.entries(value).find(([, text]) => typeof text === "object" && text !== null);
  return wrong && { problem: `The header \`${wrong[0]}\` is no text.`, remedy: "Give each header one text." };
};

/** What all models of this package take, under OpenAI's names on the wire. */
export const METERED_OPTIONS = {
  ...LANGCHAIN_OPTIONS,
  model: kept(),
  apiKey: unstored("constructor", secretKey),
  baseURL: kept(secretText),
  baseUrl: { ...unstored("constructor", secretText), aliasOf: "baseURL" },
  headers: unstored(undefined, headerFields),
  fetch: unstored("constructor", FUNCTION),
  onWarning: unstored("constructor", FUNCTION),
  costs: unstored("constructor"),
  pricing: kept(),
  trustServerPrices: kept(SWITCH),
  profile: kept(FIELDS),
  idleTimeout: kept(limit(0)),
  firstByteTimeout: kept(limit(0)),
  maxResponseBytes: kept(whole(1, MOST_BYTES)),
  maxEventBytes: kept(whole(1, MOST_BYTES)),
  streaming: kept(SWITCH),
  thinkTags: choice("auto", "implicit", "off"),
  streamUsage: { kind: SWITCH, isStored: true },
  stopSequences: { isStored: true, aliasOf: "stop" },
  temperature: sent("temperature", number(0, 2)),
  topP: sent("top_p", number(0, 1)),
  topK: sent("top_k", whole()),
  minP: sent("min_p", number()),
  maxTokens: sent("max_tokens", whole(1), { isNone: isNoLimit }),
  frequencyPenalty: sent("frequency_penalty", number()),
  presencePenalty: sent("presence_penalty", number()),
  seed: sent("seed", whole()),
  n: sent("n", whole(1, 128)),
  logprobs: sent("logprobs", SWITCH),
  topLogprobs: sent("top_logprobs", whole(0, 20)),
  tools: unstored("call"),
  response_format: { ...unstored("call", FIELDS), wire: "response_format" },
  parallel_tool_calls: unstored("call", SWITCH),
  strict: unstored("call", SWITCH),
} satisfies OptionTable<keyof MeteredChatModelInput | keyof MeteredCallOptions>;
