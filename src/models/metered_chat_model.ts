import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import type { BaseLanguageModelInput } from "@langchain/core/language_models/base";
import type { BindToolsInput, LangSmithParams } from "@langchain/core/language_models/chat_models";
import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import type { ModelProfile } from "@langchain/core/language_models/profile";
import { coerceMessageLikeToMessage, type AIMessageChunk, type BaseMessage } from "@langchain/core/messages";
import type { ChatGenerationChunk, ChatResult, LLMResult } from "@langchain/core/outputs";
import type { Serialized } from "@langchain/core/load/serializable";
import type { Runnable, RunnableConfig } from "@langchain/core/runnables";
import { registerContentBlocks } from "../answer/content_blocks.js";
import { PACKAGE_VERSION } from "../base/package_version.js";
import { checkGiven } from "../base/check_given.js";
import { isObject } from "../base/json.js";
import { checkMessageList } from "../run/check_prompt.js";
import { settingsIn, type CallSettings } from "../run/call_settings.js";
import { ModelCall } from "../run/model_call.js";
import { sumLLMOutputs } from "../run/run.js";
import { RunOwner } from "../run/run_owner.js";
import type { MeteredFacts } from "../seam/gate.js";
import { ownFacts } from "../seam/own_facts.js";
import { authorizationOf, type ApiKey } from "../transport/api_key.js";
import type { CallLimits } from "../transport/deadlines.js";
import type { Endpoint } from "../transport/endpoint.js";
import { Transport } from "../transport/transport.js";
import { accountOf, fingerprintOf, withoutSecrets } from "./account.js";
import { limitsOf } from "./call_limits.js";
import { countContentTokens, countMessageTokens, type MessageTokens } from "./message_tokens.js";
import { toEvents } from "../answer/events.js";
import { gatherChunks, generateAnswers } from "./answer_call.js";
import { tallyFor, withTally, type CostCallbackHandler } from "./default_tally.js";
import type { MeteredCallOptions, MeteredChatModelInput } from "./options.js";
import type { ModelHandle, Provider } from "./provider.js";
import { callNames, mergeOptions, readOptions, storedNames, type ReadOptions, type Settled } from "./read_options.js";
import { SerializedForm } from "./serialized_form.js";
import { settle } from "./settle.js";
import { streamChunks, streamEvents } from "./stream_answer.js";
import {
  structuredOutput,
  type AnyRecord,
  type OutputSchema,
  type StructuredOutputConfig,
} from "./structured_output.js";
import { toToolDefinitions } from "./tools.js";

/**
 * A chat model that knows what its calls cost: LangChain's own ways to ask it, in front of a `Provider`, which has all
 * that is known of who answers. How a call becomes a run is in `RunOwner`.
 *
 * All chat models of this package are of this class, so that its name is that of any of them.
 * @example
 * const costsOf = (model: MeteredChatModel) => model.costs.totals.costUsd;
 * const models = [new ChatOllamaLite("llama3.2"), new ChatOpenLLM("llama-3.1-8b")];
 * models.map(costsOf); // ["0", "0"]
 */
export abstract class MeteredChatModel<CallOptions extends MeteredCallOptions = MeteredCallOptions>
  extends RunOwner<CallOptions>
  implements ModelHandle
{
  override lc_serializable = true;
  model: string;
  /** The base URL in use, without credentials. */
  baseURL: string;
  declare apiKey: ApiKey | undefined;
  streaming: boolean;
  readonly timeout: number | undefined;
  /** What this model has cost so far. Pass one handler as `costs` to several models to share it. */
  readonly costs: CostCallbackHandler;
  /** @ignore */
  declare readonly endpoint: Endpoint;
  /** @ignore */
  declare readonly transport: Transport;
  /** The constructor's options, checked. @ignore */
  declare readonly settled: Settled;
  declare protected readonly provider: Provider;
  /** The same, as the user gave them. @ignore */
  declare readonly ofModel: ReadOptions;
  declare protected readonly limits: CallLimits;
  declare private readonly host: string;
  declare private readonly form: SerializedForm;

  /**
   * @param given - the options, as the user wrote them
   * @param provider - whose model it is
   * @throws ConfigurationError for options that do not exist, and values that cannot be
   */
  constructor(given: object, provider: Provider) {
    checkGiven("provider", provider, isObject, "Pass what `completionsProvider` returns, or a `Provider` of your own.");
    const ofModel = readOptions(provider, provider.unpack?.(given) ?? given, "constructor");
    const { endpoint, apiKey, model } = provider.place(given);
    const settled = mergeOptions(provider.options, ofModel, {});
    const fields = settled as MeteredChatModelInput; // its table says of what kinds they are
    const costs = tallyFor(fields.costs);
    const callbacks = withTally(fields.callbacks, costs);
    const { baseUrl: _, ...rest } = given as { baseUrl?: unknown };
    const kwargs = { ...rest, baseURL: endpoint.url, model, callbacks, maxRetries: fields.maxRetries ?? 2 };
    super(kwargs);
    const stored = new Set(storedNames(provider.options));
    const said = Object.entries(kwargs).filter(([name, value]) => stored.has(name) && value !== undefined);
    this.lc_kwargs = Object.fromEntries(said);
    this.model = model;
    this.baseURL = endpoint.url;
    // Core asked for the provider before there was one.
    this.lc_namespace = ["langchain", "chat_models", provider.name];
    this.streaming = fields.streaming === true;
    this.disableStreaming = fields.disableStreaming ?? false;
    this.timeout = fields.timeout;
    this.costs = costs;
    const { fetch, maxRetries, onFailedAttempt } = fields;
    const authorize = () => this.authorization();
    const transport = new Transport({ caller: this.caller, fetch, authorize, maxRetries, onFailedAttempt });
    const own = limitsOf(fields);
    const limits = provider.limits?.(own) ?? own;
    const { host } = new URL(endpoint.url);
    // Not enumerable, so that logging a model shows no credential.
    const form = new SerializedForm();
    const hidden = { apiKey, endpoint, host, transport, settled, provider, ofModel, limits, form };
    for (const [key, value] of Object.entries(hidden)) {
      Object.defineProperty(this, key, { value, writable: true, configurable: true, enumerable: false });
    }
    this.metadata = { ...this.metadata, metered: ownFacts(this.facts()) };
    this._addVersion("langchain-metered", PACKAGE_VERSION);
    registerContentBlocks(provider.name);
    // What cannot be sent is refused here, and not by the first call.
    this.invocationParams();
  }

  override get lc_serializable_keys(): string[] {
    // Core asks before there is a provider, when nothing is kept.
    return this.provider === undefined ? [] : storedNames(this.provider.options);
  }

  /** Without it `load()` would read `base_url` as `baseUrl`. */
  override get lc_aliases(): Record<string, string> {
    return { baseURL: "base_url" };
  }

  override get lc_secrets(): Record<string, string> {
    return { apiKey: this.provider.keyVariable };
  }

  override get callKeys(): string[] {
    return [...new Set([...super.callKeys, ...callNames(this.provider.options)])];
  }

  /** What the model can do: as far as it is known, and on top of that as the user said. */
  override get profile(): ModelProfile {
    return { ...this.provider.profile?.(this), ...(this.settled.profile as ModelProfile | undefined) };
  }

  override _llmType(): string {
    // Core asks before there is a provider; its namespace is set again then.
    return this.provider === undefined ? "" : this.provider.name;
  }

  /** What makes two calls the same for a cache: everything that shapes the answer, the server included, no secret. */
  override _identifyingParams(): Record<string, unknown> {
    return { base_url: this.baseURL, ...this.invocationParams() };
  }

  /** Whoever may not ask the server is not given its answers to others either: of credentials, the key has a hash. */
  override _getSerializedCacheKeyParametersForCall(options: CallOptions & { config?: RunnableConfig }): string {
    const key = super._getSerializedCacheKeyParametersForCall(withoutSecrets(options) as never);
    const account = this.account(options.headers);
    return account === "" ? key : `${key},asked_by:"${fingerprintOf(account, this.baseURL)}"`;
  }

  protected override _getCallOptionsForTracing(options: this["ParsedCallOptions"]): this["ParsedCallOptions"] {
    return withoutSecrets(options) as this["ParsedCallOptions"];
  }

  override getLsParams(options: this["ParsedCallOptions"]): LangSmithParams {
    const { temperature, maxOutputTokens, stop } = this.settingsOf(options);
    return {
      ls_provider: this.provider.name,
      ls_model_name: this.model,
      ls_model_type: "chat",
      ls_temperature: temperature,
      ls_max_tokens: maxOutputTokens,
      ls_stop: stop,
    };
  }

  /**
   * What a request to the provider consists of, but for the messages: names and values as they are sent.
   * @throws ConfigurationError for options that do not exist, and for values that cannot be
   */
  override invocationParams(options?: this["ParsedCallOptions"]): Record<string, unknown> {
    return this.settingsOf(options).params;
  }

  override bindTools(
    tools: BindToolsInput[],
    kwargs?: Partial<CallOptions>,
  ): Runnable<BaseLanguageModelInput, AIMessageChunk, CallOptions> {
    return this.withConfig({ tools: toToolDefinitions(tools), ...kwargs } as Partial<CallOptions>);
  }

  /**
   * Answers as objects that follow a schema: zod 3 or 4, any Standard Schema, or a JSON schema.
   * @throws StructuredOutputError, with what the model said as `partialOutput`
   */
  override withStructuredOutput<Output extends AnyRecord = AnyRecord>(
    schema: OutputSchema<Output>,
    config?: StructuredOutputConfig & { includeRaw?: false },
  ): Runnable<BaseLanguageModelInput, Output>;
  override withStructuredOutput<Output extends AnyRecord = AnyRecord>(
    schema: OutputSchema<Output>,
    config?: StructuredOutputConfig & { includeRaw: true },
  ): Runnable<BaseLanguageModelInput, { raw: BaseMessage; parsed: Output }>;
  override withStructuredOutput<Output extends AnyRecord = AnyRecord>(
    schema: OutputSchema<Output>,
    config?: StructuredOutputConfig,
  ): Runnable<BaseLanguageModelInput, Output> | Runnable<BaseLanguageModelInput, { raw: BaseMessage; parsed: Output }>;
  override withStructuredOutput(schema: unknown, config?: StructuredOutputConfig): never {
    // The pipeline's type depends on `includeRaw`, which the overloads say.
    return structuredOutput(this, schema, config) as never;
  }

  /** Tokens by the o200k vocabulary: offline, and within a few percent for most open models. */
  override async getNumTokens(content: BaseMessage["content"]): Promise<number> {
    return countContentTokens(content);
  }

  /** The same for a list of messages. */
  async getNumTokensFromMessages(messages: BaseMessage[]): Promise<MessageTokens> {
    checkMessageList(messages);
    return countMessageTokens(messages.map(coerceMessageLikeToMessage));
  }

  override _combineLLMOutput(...outputs: LLMResult["llmOutput"][]): LLMResult["llmOutput"] {
    return sumLLMOutputs(outputs);
  }

  override async _generate(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    const call = this.callOf(messages, options, runManager);
    const chunks = () => this._streamResponseChunks(messages, ModelCall.carry(options, call), runManager);
    const isStreamed = this.streaming && !this.disableStreaming && call.settings.n === 1;
    return isStreamed ? gatherChunks(chunks()) : generateAnswers(call, this, this.provider);
  }

  override _streamResponseChunks(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    return streamChunks(this.callOf(messages, options, runManager), this, this.provider);
  }

  override _streamChatModelEvents(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
  ): AsyncGenerator<ChatModelStreamEvent> {
    // Without a run manager: events replace tokens here, handlers would get everything twice.
    return this._streamResponseChunks === MeteredChatModel.prototype._streamResponseChunks
      ? streamEvents(this.callOf(messages, options, undefined), this, this.provider)
      : toEvents(this._streamResponseChunks(messages, options));
  }

  /** @ignore */
  authorization(): Record<string, string> | Promise<Record<string, string>> {
    return authorizationOf(this.apiKey, this.endpoint.authorization);
  }

  /** Who asks, with secrets in it. @ignore */
  account(headersOfCall?: object, functions?: "apart" | "alike"): string {
    const headers = [this.settled.headers, headersOfCall];
    return accountOf({ apiKey: this.apiKey, basic: this.endpoint.authorization, headers, functions });
  }

  protected override serializedForRuns(): Serialized {
    return this.form.of(this, this.apiKey);
  }

  protected override settingsOf(options: this["ParsedCallOptions"] | undefined): CallSettings {
    const { provider, model, ofModel, metadata, outputVersion } = this;
    const facts = this.facts();
    return settingsIn(options) ?? settle({ provider, model, ofModel, metadata, outputVersion, facts }, options ?? {});
  }

  /** What pricing needs to know of all calls of this model. */
  protected facts(): MeteredFacts {
    const { pricing, trustServerPrices } = this.settled;
    return {
      requested_model: this.model,
      private_host: this.endpoint.isPrivate,
      host: this.host,
      ...(pricing === undefined ? {} : { pricing }),
      ...(trustServerPrices === true ? { trust_server_prices: true } : {}),
    };
  }
}
