import type { ModelProfile } from "@langchain/core/language_models/profile";
import type { AnswerDelta } from "../answer/delta.js";
import type { Json } from "../base/json.js";
import type { ModelCall } from "../run/model_call.js";
import type { ForcedTool, ToolDefinition } from "../run/tool_definition.js";
import type { MeteredFacts } from "../seam/gate.js";
import type { CallLimits } from "../transport/deadlines.js";
import type { ApiKey } from "../transport/api_key.js";
import type { Endpoint } from "../transport/endpoint.js";
import type { Transport } from "../transport/transport.js";
import type { Credentials } from "./account.js";
import type { KnownOptions, ReadOptions, Settled } from "./read_options.js";

/** Where a server is, who asks, and for which model. */
export interface Place {
  readonly endpoint: Endpoint;
  /** The key for it. */
  readonly apiKey?: ApiKey | undefined;
  /** The model's id; empty where the server has one only. */
  readonly model: string;
}

/** A model as its provider sees it. */
export interface ModelHandle {
  readonly model: string;
  /** The base URL in use, without credentials. */
  readonly baseURL: string;
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  /** The constructor's options. */
  readonly settled: Settled;
  readonly profile: ModelProfile;
  /** Headers that say who asks. The model's own transport adds them to each request. */
  authorization(): Record<string, string> | Promise<Record<string, string>>;
  /** Text that differs where accounts do; it has their secrets in it. */
  account(headersOfCall?: object, functions?: Credentials["functions"]): string;
}

/** What the fields of one request are made of. */
export interface AskedFor {
  readonly model: string;
  /** The server's host. */
  readonly host?: string | undefined;
  /** The constructor's options with the call's on top. */
  readonly settled: Settled;
  /** The constructor's own, and the call's own. */
  readonly ofModel: ReadOptions;
  readonly ofCall: ReadOptions;
  readonly tools: readonly ToolDefinition[];
  readonly forced: ForcedTool | undefined;
  /** Takes what the answer's warnings must say of the request. */
  readonly warn?: ((warning: string) => void) | undefined;
}

/** Everything that is known of a provider. A chat model's class is a provider, and types for its options. */
export interface Provider extends KnownOptions {
  /** LangSmith's name of the provider, also `model_provider` on messages and in price tables. */
  readonly name: string;
  /** The environment variable of its API key. */
  readonly keyVariable: string;
  /** @throws ConfigurationError for what is no address, no key, no model */
  place(given: object): Place;
  /** Options that are written inside others (`modelKwargs`, `extraBody`), under names of their own. */
  unpack?(given: object): object;
  /** A request's fields but for the messages, under the names of the wire. @throws ConfigurationError */
  toParams(asked: AskedFor): Json;
  /** The most output tokens that an answer may have. @default `maxTokens` */
  outputLimit?(settled: Settled): number | undefined;
  /** The same fields with another limit of output tokens. */
  limitOutput(params: Json, tokens: number, model: ModelHandle): Json;
  /** What pricing needs to know of a call beside its model. */
  facts?(settled: Settled): Partial<MeteredFacts>;
  /** Tags of the call's run. */
  tags?(settled: Settled): readonly string[];
  /** How long a call may take, where the provider has limits of its own. */
  limits?(limits: CallLimits): CallLimits;
  /** What the model can do, as far as it is known without the user. */
  profile?(model: ModelHandle): ModelProfile;
  /** Has the server count a call's prompt; `undefined` where it cannot. */
  countInput?(call: ModelCall, model: ModelHandle): Promise<number | undefined>;
  /** A streamed answer: its deltas in the groups in which the network delivers them. */
  stream(call: ModelCall, model: ModelHandle): AsyncIterable<AnswerDelta[]>;
  /** An answer that comes whole: one delta for each of `n`. */
  whole(call: ModelCall, model: ModelHandle): Promise<AnswerDelta[]>;
}

/** A call's fields with the output limit that admission left. */
export function admittedParams({ settings, maxOutputTokens }: ModelCall, provider: Provider, model: ModelHandle): Json {
  if (maxOutputTokens === undefined || maxOutputTokens === settings.maxOutputTokens) return settings.params;
  return provider.limitOutput(settings.params, maxOutputTokens, model);
}
