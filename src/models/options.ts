import type {
  BaseChatModelCallOptions,
  BaseChatModelParams,
  BindToolsInput,
} from "@langchain/core/language_models/chat_models";
import type { ModelProfile } from "@langchain/core/language_models/profile";
import type { ThinkTags } from "../answer/think_tags.js";
import type { DeclaredPricing } from "../seam/declared_pricing.js";
import type { CostCallbackHandler } from "./default_tally.js";
import type { ApiKey } from "../transport/api_key.js";
import type { Fetch } from "../transport/patient_fetch.js";

/** Sampling and output options that all three models take, in the constructor and per call. */
export interface SamplingOptions {
  /** Randomness, 0 to 2. 0 is sent as 0; `null` takes back what the constructor set. */
  temperature?: number | null | undefined;
  /** Sample among the likeliest tokens whose probabilities sum to this, 0 to 1. @default the server's own */
  topP?: number | undefined;
  /** Sample among so many of the likeliest tokens. @default the server's own */
  topK?: number | undefined;
  /** Leave out tokens less likely than this part of the likeliest one, 0 to 1. @default the server's own */
  minP?: number | undefined;
  /** The most tokens that one answer may have. At least 1; `-1` is no limit. */
  maxTokens?: number | undefined;
  /** Against repetition: grows with how often a token stands in the text so far, -2 to 2. @default the server's own */
  frequencyPenalty?: number | undefined;
  /** Against repetition: the same for every token that stands there at all, -2 to 2. @default the server's own */
  presencePenalty?: number | undefined;
  /** Makes sampling repeatable, as far as the server can. */
  seed?: number | undefined;
  /** How many answers `generate` asks for. A stream has one. @default 1 */
  n?: number | undefined;
  /** How many alternatives come with each token, with their log probabilities. @default the server's own */
  topLogprobs?: number | undefined;
  /** Ask for usage in streams. Off only for servers that refuse it. @default true */
  streamUsage?: boolean | undefined;
}

/** Options of LangChain's own, each of which may be `undefined`, as all of ours may. */
export type OrUndefined<Options> = { [Option in keyof Options]: Options[Option] | undefined };

/** Options that all three models take in the constructor. */
export interface MeteredChatModelInput extends OrUndefined<BaseChatModelParams>, SamplingOptions {
  /** The model's id, as the server knows it. */
  model?: string | undefined;
  /** A text, or a function that gives it, asked before each request: for tokens that expire. */
  apiKey?: ApiKey | undefined;
  /** Where the server is. `user:password@` in it becomes a header and is shown nowhere. */
  baseURL?: string | undefined;
  /** Another spelling of `baseURL`. */
  baseUrl?: string | undefined;
  /** Extra HTTP headers for every request. They are in no trace or serialised form; a cache's key has a hash of those that say who asks. */
  headers?: Record<string, string> | undefined;
  /** Token log probabilities, into `response_metadata.logprobs`. */
  logprobs?: boolean | undefined;
  /** Texts that end an answer. */
  stop?: string[] | undefined;
  /** Another name for `stop`. */
  stopSequences?: string[] | undefined;
  /** The most time that a whole call may take, in milliseconds; longer than 300 s works too. @default none */
  timeout?: number | undefined;
  /** The longest silence in the middle of an answer, in milliseconds. @default 120000 */
  idleTimeout?: number | undefined;
  /** The longest wait for an answer to begin, in milliseconds. @default 600000, or `timeout` where that is longer */
  firstByteTimeout?: number | undefined;
  /** The most bytes that one answer may have, streamed or whole, once it has been decompressed; more is a `ResponseTooLargeError`. At most 268435456. @default 67108864 */
  maxResponseBytes?: number | undefined;
  /** The most bytes that one line or server-sent event of a stream may have; more is a `ResponseTooLargeError`. At most 268435456. @default 33554432 */
  maxEventBytes?: number | undefined;
  /** Attempts after a first one that failed before its answer began. @default 2 */
  maxRetries?: number | undefined;
  /**
   * How tags around thoughts in the content are read (`<think>`, `<thought>`, `[THINK]`, gpt-oss' channels, ...): `"auto"`
   * splits an answer that begins with one, and one with a closing tag alone; `"implicit"` is for templates that open the
   * tag in the prompt: a stream then begins with the thought; `"off"` leaves tags in the text.
   * @default "auto"
   */
  thinkTags?: ThinkTags | undefined;
  /** Let `invoke` stream underneath, so that handlers see tokens. @default false */
  streaming?: boolean | undefined;
  /** What requests are sent with. @default Node's fetch, without its limit of 300 s */
  fetch?: Fetch | undefined;
  /**
   * Told of each warning that an answer has in `response_metadata.warnings`, before the answer is handed over. What it
   * throws ends the call, with the answer on the error.
   */
  onWarning?: ((warning: string, about: { model: string; runId: string | undefined }) => void) | undefined;
  /** Where this model keeps its own tally: pass one to share it among models. @default a new one */
  costs?: CostCallbackHandler | undefined;
  /**
   * What calls cost, before any table: `"free"`, USD per million tokens, or what the GPUs cost that serve them. The model
   * passes it on as it is; what cannot be read makes calls unpriced, with a warning.
   */
  pricing?: Exclude<DeclaredPricing, { callUsd: unknown }> | undefined;
  /**
   * Believe what this server says of its prices, such as the cost that a LiteLLM proxy names. Without it, what a server says that
   * is not known by the model's class or by its host makes a call dearer, never cheaper than a price of yours.
   * @default false
   */
  trustServerPrices?: boolean | undefined;
  /** What the model can do, for agents and middleware that ask. */
  profile?: ModelProfile | undefined;
}

/** The same options per call, where `null` takes back what the constructor set. */
export type PerCall<Options> = { [Option in keyof Options]?: Options[Option] | null };

/** Options that all three models take per call. */
export interface MeteredCallOptions extends BaseChatModelCallOptions, PerCall<SamplingOptions> {
  /** The tools that the model may call; `bindTools` sets them. */
  tools?: BindToolsInput[] | undefined;
  /** The answer's form, as OpenAI's API has it. */
  response_format?: Record<string, unknown> | undefined;
  /** May the model call several tools in one answer. */
  parallel_tool_calls?: boolean | undefined;
  /** Ask for arguments that follow the tools' schemas to the letter. */
  strict?: boolean | undefined;
  /** Extra HTTP headers for this call. */
  headers?: Record<string, string> | undefined;
}
