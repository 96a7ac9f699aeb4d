import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import type { BaseLanguageModelInput } from "@langchain/core/language_models/base";
import { ChatModelStream } from "@langchain/core/language_models/stream";
import {
  coerceMessageLikeToMessage,
  type AIMessageChunk,
  type BaseMessage,
  type BaseMessageLike,
} from "@langchain/core/messages";
import type { ChatGenerationChunk, LLMResult } from "@langchain/core/outputs";
import { ensureConfig, pickRunnableConfigKeys, type Runnable, type RunnableConfig } from "@langchain/core/runnables";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import type { StreamEvent } from "@langchain/core/tracers/log_stream";
import type { IterableReadableStream } from "@langchain/core/utils/stream";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { checkInput } from "./checks.js";
import { generateUncached } from "../run/generate.js";
import { DirectStream } from "../run/direct_stream.js";
import { BegunStream, LeavableStream, Reader } from "../run/leavable.js";
import { leavableEvents } from "../run/leavable_events.js";
import { ModelCall } from "../run/model_call.js";
import { ModelIdentity } from "./model_identity.js";
import type { MeteredCallOptions } from "./options.js";
import { ownEvents, ownStream, type OwnedEvents, type OwnedRun, type StreamOwner } from "../run/owned_stream.js";
import { startRuns, type Run } from "../run/run.js";

type Versioned = { version: "v1" | "v2" };
type EventFilter = Parameters<Runnable["streamEvents"]>[2];

/** The one place where a call becomes a run: a run starts once and ends once, on every path. */
export abstract class RunOwner<CallOptions extends MeteredCallOptions> extends ModelIdentity<CallOptions> {
  protected abstract newCall(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    manager?: CallbackManagerForLLMRun,
  ): ModelCall;

  /** The message of an answer that was cut short: what was delivered, with its usage. */
  protected abstract partial(
    call: ModelCall,
    options: this["ParsedCallOptions"],
    reason: string,
  ): Promise<ChatGenerationChunk>;

  /** The error of a call, with what was delivered and spent before it. */
  protected abstract failure(error: unknown, call: ModelCall, options: this["ParsedCallOptions"]): Promise<unknown>;

  override async invoke(input: BaseLanguageModelInput, options?: Partial<CallOptions>): Promise<AIMessageChunk> {
    checkInput(input);
    return super.invoke(input, options);
  }

  /**
   * As core does it, but that an abort is left to the run: core's own race rejects before the run's handlers know what
   * was spent, and with an error that does not say it.
   */
  override async stream(
    input: BaseLanguageModelInput,
    options?: Partial<CallOptions>,
  ): Promise<IterableReadableStream<AIMessageChunk>> {
    const config: Partial<CallOptions> = ensureConfig(options);
    const { signal: _, ...rest } = config;
    const messages = this._streamIterator(input, config);
    // Core sets its context up anew for each message, which takes longer than reading one. A run of ours looks at it
    // when it starts, and never again.
    const first = AsyncLocalStorageProviderSingleton.runWithConfig(
      pickRunnableConfigKeys(rest),
      () => messages.next(),
      true,
    );
    await first;
    return new DirectStream(new BegunStream(first, messages));
  }

  override _streamIterator(
    input: BaseLanguageModelInput,
    options?: Partial<CallOptions>,
  ): AsyncGenerator<AIMessageChunk, void, undefined> {
    if (this.disableStreaming) return this.messageOfRun(input, options);
    const reader = new Reader();
    return new LeavableStream(
      ownStream(() => this.startStream(input, options, reader)),
      reader,
    );
  }

  override streamEvents(
    input: BaseLanguageModelInput,
    options: Partial<CallOptions> & Versioned & { encoding: "text/event-stream" },
    filter?: EventFilter,
  ): IterableReadableStream<Uint8Array>;
  override streamEvents(
    input: BaseLanguageModelInput,
    options: Partial<CallOptions> & Versioned,
    filter?: EventFilter,
  ): IterableReadableStream<StreamEvent>;
  override streamEvents(input: BaseLanguageModelInput, options?: Partial<CallOptions>): ChatModelStream;
  override streamEvents(
    input: BaseLanguageModelInput,
    options?: Partial<CallOptions> & Partial<Versioned>,
    filter?: EventFilter,
  ): IterableReadableStream<StreamEvent> | IterableReadableStream<Uint8Array> | ChatModelStream {
    // Core's overloads tell the versions apart, which says nothing to the one body behind them.
    const versioned = options as (Partial<CallOptions> & Versioned) | undefined;
    if (versioned?.version === "v1")
      return leavableEvents((signal) => super.streamEvents(input, { ...versioned, signal }, filter), versioned.signal);
    if (versioned?.version === "v2") return super.streamEvents(input, versioned, filter);
    const messages = this.messagesOf(input);
    const [config, callOptions] = this._separateRunnableConfigFromCallOptionsCompat(options);
    return new ChatModelStream(ownEvents(() => this.startEvents(messages, config, callOptions)));
  }

  /** @ignore */
  override _generateUncached(
    messages: BaseMessageLike[][],
    options: this["ParsedCallOptions"],
    config: RunnableConfig,
    startedRunManagers?: CallbackManagerForLLMRun[],
  ): Promise<LLMResult> {
    const prompts = messages.map((list) => list.map(coerceMessageLikeToMessage));
    return generateUncached(prompts, startedRunManagers, {
      start: () => this.startRuns(prompts, config, options),
      generate: (prompt, promptIndex, manager) => this._generate(prompt, { ...options, promptIndex }, manager),
      stream: (call) => this._streamResponseChunks(call.messages, ModelCall.carry(options, call), call.runManager),
      events: (call) => this._streamChatModelEvents(call.messages, ModelCall.carry(options, call)),
      newCall: (prompt, manager) => this.newCall(prompt, options, manager),
      failure: (error, call) => this.failure(error, call, options),
      mayStream: !this.disableStreaming && this.countOf(options) === 1,
      isV1: this.isV1(options),
    });
  }

  /** @throws ConfigurationError for what is no prompt */
  protected messagesOf(input: BaseLanguageModelInput): BaseMessage[] {
    checkInput(input);
    return BaseChatModel._convertInputToPromptValue(input).toChatMessages();
  }

  private async *messageOfRun(
    input: BaseLanguageModelInput,
    options: Partial<CallOptions> | undefined,
  ): AsyncGenerator<AIMessageChunk, void, undefined> {
    yield await this.invoke(input, options);
  }

  private async startStream(
    input: BaseLanguageModelInput,
    options: Partial<CallOptions> | undefined,
    reader: Reader,
  ): Promise<OwnedRun | undefined> {
    const messages = this.messagesOf(input);
    const [config, callOptions] = this._separateRunnableConfigFromCallOptionsCompat(options);
    const [run] = await this.startRuns([messages], config, callOptions);
    if (!run) return undefined;
    const call = this.newCall(messages, callOptions, run.manager);
    const chunks = this._streamResponseChunks(messages, ModelCall.carry(callOptions, call), run.manager);
    return { run, call, chunks, owner: this.owner(call, callOptions, reader) };
  }

  private async startEvents(
    messages: BaseMessage[],
    config: RunnableConfig,
    options: this["ParsedCallOptions"],
  ): Promise<OwnedEvents | undefined> {
    const [run] = await this.startRuns([messages], config, options);
    if (!run) return undefined;
    const call = this.newCall(messages, options, run.manager);
    const events = this._streamChatModelEvents(messages, ModelCall.carry(options, call));
    return { run, call, events, owner: this.owner(call, options, new Reader()) };
  }

  private owner(call: ModelCall, options: this["ParsedCallOptions"], reader: Reader): StreamOwner {
    return {
      isV1: this.isV1(options),
      reader,
      partial: (reason) => this.partial(call, options, reason),
      failure: (error) => this.failure(error, call, options),
    };
  }

  private isV1(options: this["ParsedCallOptions"]): boolean {
    return (options.outputVersion ?? this.outputVersion) === "v1";
  }

  /** What a model has to find out before a run can say what it calls. Never rejects: a failure belongs into the run. */
  protected async ready(): Promise<void> {}

  private async startRuns(
    messages: BaseMessage[][],
    config: RunnableConfig,
    options: this["ParsedCallOptions"],
  ): Promise<Run[]> {
    await this.ready();
    const invocationParams = this._getInvocationParamsForTracing(options);
    return startRuns(messages, {
      handlers: config.callbacks,
      localHandlers: this.callbacks,
      tags: config.tags,
      localTags: this.tags,
      metadata: { ...config.metadata, ...this.getLsParamsWithDefaults(options) },
      localMetadata: this.metadata,
      verbose: this.verbose,
      tracerMetadata: this._filterInvocationParamsForTracing(invocationParams),
      serialized: this.toJSON(),
      runId: config.runId,
      runName: config.runName,
      options: this._getCallOptionsForTracing(options),
      invocationParams,
    });
  }
}
