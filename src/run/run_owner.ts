import { merged } from "../base/merged.js";
import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import type { BaseLanguageModelInput } from "@langchain/core/language_models/base";
import { BaseChatModel, type BaseChatModelCallOptions } from "@langchain/core/language_models/chat_models";
import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import { ChatModelStream } from "@langchain/core/language_models/stream";
import {
  coerceMessageLikeToMessage,
  type AIMessageChunk,
  type BaseMessage,
  type BaseMessageLike,
} from "@langchain/core/messages";
import type { LLMResult } from "@langchain/core/outputs";
import { ensureConfig, pickRunnableConfigKeys, type Runnable, type RunnableConfig } from "@langchain/core/runnables";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import type { StreamEvent } from "@langchain/core/tracers/log_stream";
import type { IterableReadableStream } from "@langchain/core/utils/stream";
import type { CallLimits } from "../transport/deadlines.js";
import { withSettings, type CallSettings } from "./call_settings.js";
import { checkConfig } from "./check_config.js";
import { checkInput } from "./check_prompt.js";
import { DirectStream } from "./direct_stream.js";
import { generateUncached } from "./generate.js";
import { BegunStream } from "./begun_stream.js";
import { LeavableStream, Reader } from "./leavable.js";
import { GroupedStream } from "./grouped_stream.js";
import { leavableEvents } from "./leavable_events.js";
import { ModelCall } from "./model_call.js";
import { ownEvents, ownStream, type StartedEvents, type StartedStream } from "./owned_stream.js";
import { RUN_ID } from "../seam/run_link.js";
import { startRuns, type Run, type RunStart } from "./run.js";
import { newRunId } from "./run_id.js";

type Versioned = { version: "v1" | "v2" };
type EventFilter = Parameters<Runnable["streamEvents"]>[2];

/**
 * LangChain's base class with the gaps in its runs closed: every call is one run, which starts once and ends once on
 * every path. The call travels in its own options, since core's signatures have no room for it.
 */
export abstract class RunOwner<CallOptions extends BaseChatModelCallOptions> extends BaseChatModel<
  CallOptions,
  AIMessageChunk
> {
  /** The settings of calls that a cache was asked for, by their options. */
  private readonly looked = new WeakMap<object, CallSettings>();

  /** How long a call may take. */
  protected abstract readonly limits: CallLimits;

  /** A call's options, settled. @throws ConfigurationError */
  protected abstract settingsOf(options: this["ParsedCallOptions"]): CallSettings;

  override async invoke(input: BaseLanguageModelInput, options?: Partial<CallOptions>): Promise<AIMessageChunk> {
    checkInput(input);
    checkConfig(options);
    return super.invoke(input, options ?? undefined);
  }

  /**
   * As core does it, but that an abort is left to the run: core's own race rejects before the run's handlers know what
   * was spent, and with an error that does not say it.
   */
  override async stream(
    input: BaseLanguageModelInput,
    options?: Partial<CallOptions>,
  ): Promise<IterableReadableStream<AIMessageChunk>> {
    checkConfig(options);
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
    const groups = ownStream(() => this.startStream(input, options, reader));
    return new LeavableStream(new GroupedStream(groups, () => reader.isStopped), reader);
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
    checkConfig(options);
    return new ChatModelStream(new GroupedStream(ownEvents(() => this.startEvents(messages, options ?? undefined))));
  }

  abstract override _streamChatModelEvents(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
  ): AsyncGenerator<ChatModelStreamEvent>;

  /** @ignore */
  override async _generateUncached(
    messages: BaseMessageLike[][],
    options: this["ParsedCallOptions"],
    config: RunnableConfig,
    startedRunManagers?: CallbackManagerForLLMRun[],
  ): Promise<LLMResult> {
    const prompts = messages.map((list) => list.map(coerceMessageLikeToMessage));
    const { settings, start } = await this.begin(prompts, config, options);
    return generateUncached(prompts, startedRunManagers, {
      start,
      newCall: (prompt, manager) => new ModelCall(prompt, settings, manager, this.limits),
      generate: (call, promptIndex) =>
        this._generate(call.messages, Object.assign(ModelCall.carry(options, call), { promptIndex }), call.runManager),
      stream: (call) => this._streamResponseChunks(call.messages, ModelCall.carry(options, call), call.runManager),
      events: (call) => this._streamChatModelEvents(call.messages, ModelCall.carry(options, call)),
      mayStream: !this.disableStreaming && settings.n === 1,
    });
  }

  /** @ignore */
  override _generateCached(
    request: Parameters<BaseChatModel<CallOptions>["_generateCached"]>[0],
  ): ReturnType<BaseChatModel<CallOptions>["_generateCached"]> {
    const given = request.parsedOptions as this["ParsedCallOptions"];
    const settings = this.settingsOf(given);
    this.looked.set(given, settings);
    const parsedOptions = withSettings(given, settings);
    const { tags = [], ...handled } = request.handledOptions;
    const handledOptions = { ...handled, tags: [...tags, ...settings.tags] };
    if (request.messages.length !== 1) return super._generateCached({ ...request, parsedOptions, handledOptions });
    const { runId = newRunId(), metadata } = handledOptions;
    const linked = { ...handledOptions, runId, metadata: { ...metadata, [RUN_ID]: runId } };
    return super._generateCached({ ...request, parsedOptions, handledOptions: linked });
  }

  /** The call that options carry, or one of its own for a caller that owns no run. */
  protected callOf(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    manager: CallbackManagerForLLMRun | undefined,
  ): ModelCall {
    const carried = ModelCall.carriedBy(options);
    if (carried) return carried;
    const call = new ModelCall(messages, this.settingsOf(options), manager, this.limits);
    call.isAlone = true;
    return call;
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
  ): Promise<StartedStream | undefined> {
    const messages = this.messagesOf(input);
    const [config, callOptions] = this._separateRunnableConfigFromCallOptionsCompat(options);
    const { settings, start } = await this.begin([messages], config, callOptions);
    const [run] = await start();
    return run?.failIfNone(() => {
      const call = new ModelCall(messages, settings, run.manager, this.limits);
      const chunks = this._streamResponseChunks(messages, ModelCall.carry(callOptions, call), run.manager);
      return { run, call, chunks, reader };
    });
  }

  private async startEvents(
    messages: BaseMessage[],
    options: Partial<CallOptions> | undefined,
  ): Promise<StartedEvents | undefined> {
    const [config, callOptions] = this._separateRunnableConfigFromCallOptionsCompat(options);
    const { settings, start } = await this.begin([messages], config, callOptions);
    const [run] = await start();
    return run?.failIfNone(() => {
      const call = new ModelCall(messages, settings, run.manager, this.limits);
      const events = this._streamChatModelEvents(messages, ModelCall.carry(callOptions, call));
      return { run, call, events };
    });
  }

  /** The model as its runs name it. */
  protected serializedForRuns(): RunStart["serialized"] {
    return this.toJSON();
  }

  /**
   * What a model has to find out before a run can say what it calls; `undefined` where it knows. Never rejects: a failure belongs
   * to the run.
   */
  protected ready(): Promise<void> | undefined {
    return undefined;
  }

  /** Settles a call's options, once for everybody who asks, and says how to start its runs. */
  private async begin(messages: BaseMessage[][], config: RunnableConfig, given: this["ParsedCallOptions"]) {
    const finding = this.ready();
    if (finding !== undefined) await finding;
    const settings = this.looked.get(given) ?? this.settingsOf(given);
    const options = withSettings(given, settings);
    const start = (): Promise<Run[]> => {
      const invocationParams = this._getInvocationParamsForTracing(options);
      return startRuns(messages, {
        handlers: config.callbacks,
        localHandlers: this.callbacks,
        tags: config.tags,
        localTags: [...(this.tags ?? []), ...settings.tags],
        metadata: merged(config.metadata, this.getLsParamsWithDefaults(options)),
        localMetadata: this.metadata,
        verbose: this.verbose,
        tracerMetadata: this._filterInvocationParamsForTracing(invocationParams),
        serialized: this.serializedForRuns(),
        runId: config.runId,
        runName: config.runName,
        options: this._getCallOptionsForTracing(given, invocationParams),
        invocationParams,
      });
    };
    return { settings, start };
  }
}
