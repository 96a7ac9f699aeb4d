import { BaseChatModel, type BindToolsInput, type LangSmithParams } from "@langchain/core/language_models/chat_models";
import type { ModelProfile } from "@langchain/core/language_models/profile";
import { coerceMessageLikeToMessage, type AIMessageChunk, type BaseMessage } from "@langchain/core/messages";
import type { LLMResult } from "@langchain/core/outputs";
import type { BaseLanguageModelInput } from "@langchain/core/language_models/base";
import type { Runnable, RunnableConfig } from "@langchain/core/runnables";
import type { SerializableSchema } from "@langchain/core/utils/standard_schema";
import type { InteropZodType } from "@langchain/core/utils/types";
import { registerContentBlocks } from "../answer/content_blocks.js";
import type { MeteredFacts } from "../seam/gate.js";
import type { Endpoint } from "../transport/endpoint.js";
import { countTextTokens } from "../usage/estimate.js";
import { checkSampling } from "./checks.js";
import { tallyFor, withTally, type CostCallbackHandler } from "./default_tally.js";
import { countMessageTokens, type MessageTokens } from "./message_tokens.js";
import type { MeteredCallOptions, MeteredChatModelInput } from "./options.js";
import { sumLLMOutputs } from "../run/run.js";
import { structuredOutput, type StructuredOutputConfig } from "./structured_output.js";
import { toToolDefinitions, type ToolDefinition } from "./tools.js";

// Core's own bound: `unknown` would shut out interfaces.
// oxlint-disable-next-line typescript/no-explicit-any
type AnyRecord = Record<string, any>;
type OutputSchema<Output extends AnyRecord> = InteropZodType<Output> | SerializableSchema<Output> | AnyRecord;

/** What a model class knows of its provider before a user says anything. */
export interface ProviderDefaults {
  /** LangSmith's name of the provider, also `model_provider` on messages. */
  provider: string;
  endpoint: Endpoint;
  model: string;
  apiKey?: string;
}

/**
 * Who a model is: its options, what traces and caches may know of it, what it tells LangSmith and agents. How a call
 * runs is in `base.ts`.
 */
export abstract class ModelIdentity<CallOptions extends MeteredCallOptions> extends BaseChatModel<
  CallOptions,
  AIMessageChunk
> {
  override lc_serializable = true;
  model: string;
  /** The base URL in use, without credentials. */
  baseURL: string;
  declare apiKey: string | undefined;
  streaming: boolean;
  readonly timeout: number | undefined;
  /** What this model has cost so far. Pass one handler as `costs` to several models to share it. */
  readonly costs: CostCallbackHandler;
  declare protected readonly endpoint: Endpoint;
  protected readonly provider: string;
  declare protected readonly fields: MeteredChatModelInput;

  /** What a request to the provider consists of, but for the messages: names and values as they are sent. */
  abstract override invocationParams(options?: this["ParsedCallOptions"]): Record<string, unknown>;
  constructor(fields: MeteredChatModelInput, defaults: ProviderDefaults) {
    checkSampling(fields);
    const costs = tallyFor(fields.costs);
    super({
      ...fields,
      baseURL: defaults.endpoint.url,
      model: defaults.model,
      callbacks: withTally(fields.callbacks, costs),
      maxRetries: fields.maxRetries ?? 2,
    } as MeteredChatModelInput);
    this.model = defaults.model;
    this.baseURL = defaults.endpoint.url;
    this.provider = defaults.provider;
    // Core asked for the provider before there was one.
    this.lc_namespace = ["langchain", "chat_models", defaults.provider];
    this.streaming = fields.streaming === true;
    this.disableStreaming = fields.disableStreaming ?? false;
    this.timeout = fields.timeout;
    this.costs = costs;
    // Not enumerable, so that logging a model shows no credential.
    for (const [key, value] of Object.entries({ apiKey: defaults.apiKey, endpoint: defaults.endpoint, fields })) {
      Object.defineProperty(this, key, { value, writable: true, configurable: true, enumerable: false });
    }
    this.metadata = { ...this.metadata, metered: this.facts() };
    registerContentBlocks(this.provider);
  }

  override get lc_serializable_keys(): string[] {
    return SERIALIZABLE;
  }

  /** Without it `load()` would read `base_url` as `baseUrl`, and send the key to the default server. */
  override get lc_aliases(): Record<string, string> {
    return { baseURL: "base_url" };
  }

  override get callKeys(): string[] {
    return [...super.callKeys, "tools", "tool_choice", "response_format", "parallel_tool_calls", "headers"];
  }

  override get profile(): ModelProfile {
    return this.fields.profile ?? {};
  }

  override _llmType(): string {
    return this.provider;
  }

  /** What makes two calls the same for a cache: everything that shapes the answer, the server included, no secret. */
  override _identifyingParams(): Record<string, unknown> {
    return { base_url: this.baseURL, ...this.invocationParams() };
  }

  override _getSerializedCacheKeyParametersForCall(options: CallOptions & { config?: RunnableConfig }): string {
    return super._getSerializedCacheKeyParametersForCall(withoutSecrets(options) as never);
  }

  protected override _getCallOptionsForTracing(options: this["ParsedCallOptions"]): this["ParsedCallOptions"] {
    return withoutSecrets(options) as this["ParsedCallOptions"];
  }

  override getLsParams(options: this["ParsedCallOptions"]): LangSmithParams {
    return {
      ls_provider: this.provider,
      ls_model_name: this.model,
      ls_model_type: "chat",
      ls_temperature:
        { ...this.fields, ...withoutUndefined({ temperature: options.temperature }) }.temperature ?? undefined,
      ls_max_tokens: this.maxTokensOf(options),
      ls_stop: this.stopOf(options),
    };
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
    if (typeof content === "string") return countTextTokens(content);
    const texts = content.map((block) => ("text" in block && typeof block.text === "string" ? block.text : ""));
    return countTextTokens(texts.join(""));
  }

  /** The same for a list of messages. */
  getNumTokensFromMessages(messages: BaseMessage[]): Promise<MessageTokens> {
    return countMessageTokens(messages.map(coerceMessageLikeToMessage));
  }

  override _combineLLMOutput(...outputs: LLMResult["llmOutput"][]): LLMResult["llmOutput"] {
    return sumLLMOutputs(outputs);
  }

  protected stopOf({ stop }: { stop?: string[] | null } = {}): string[] | undefined {
    return (stop === undefined ? (this.fields.stop ?? this.fields.stopSequences) : stop) ?? undefined;
  }

  protected maxTokensOf({ maxTokens }: { maxTokens?: number | null } = {}): number | undefined {
    return (maxTokens === undefined ? this.fields.maxTokens : maxTokens) ?? undefined;
  }

  protected countOf({ n }: { n?: number | null } = {}): number {
    return (n === undefined ? this.fields.n : n) ?? 1;
  }

  /** Headers that say who asks. */
  protected authorization(): Record<string, string> {
    const authorization = this.apiKey === undefined ? this.endpoint.authorization : `Bearer ${this.apiKey}`;
    return authorization === undefined ? {} : { authorization };
  }

  /** The tools of a call as they are part of its prompt. */
  protected toolsOf(options: { tools?: BindToolsInput[] }): ToolDefinition[] {
    return toToolDefinitions(options.tools ?? []);
  }

  protected facts(): MeteredFacts {
    return {
      requested_model: this.model,
      private_host: this.endpoint.isPrivate,
      host: new URL(this.endpoint.url).host,
      ...(this.fields.pricing === undefined ? {} : { pricing: this.fields.pricing }),
    };
  }
}

/** Leaves out what a call does not set; what it sets to null stays. */
function withoutUndefined<Options extends object>(options: Options): Partial<Options> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<Options>;
}

/** Call options that may be traced and cached: no headers, no signal, nothing that is not data. */
function withoutSecrets<Options extends object>(options: Options): Partial<Options> {
  const { headers: _headers, signal: _signal, fetch: _fetch, ...rest } = options as Record<string, unknown>;
  return rest as Partial<Options>;
}

/** What a serialised model consists of. An allow-list: nothing else, and no secret, gets into a trace. */
const SERIALIZABLE = [
  "model",
  "baseURL",
  "temperature",
  "topP",
  "topK",
  "minP",
  "maxTokens",
  "frequencyPenalty",
  "presencePenalty",
  "seed",
  "n",
  "stop",
  "stopSequences",
  "logprobs",
  "topLogprobs",
  "streaming",
  "streamUsage",
  "timeout",
  "idleTimeout",
  "firstByteTimeout",
  "maxRetries",
  "maxConcurrency",
  "pricing",
  "profile",
  "outputVersion",
  "disableStreaming",
];
