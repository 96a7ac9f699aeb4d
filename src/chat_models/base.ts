import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import type { BaseLanguageModelInput } from "@langchain/core/language_models/base";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import { ChatModelStream } from "@langchain/core/language_models/stream";
import { coerceMessageLikeToMessage, type AIMessageChunk, type BaseMessage, type BaseMessageLike } from "@langchain/core/messages";
import type { ChatGeneration, ChatGenerationChunk, ChatResult, LLMResult } from "@langchain/core/outputs";
import type { RunnableConfig } from "@langchain/core/runnables";
import { assembleChunks, toGeneration } from "../answer/assemble.js";
import { toChunk } from "../answer/chunk.js";
import type { AnswerDelta } from "../answer/delta.js";
import { toEvents } from "../answer/events.js";
import { ServerError } from "../errors.js";
import type { ErrorContext } from "../transport/server_error.js";
import { Transport } from "../transport/transport.js";
import { addUsage } from "../usage/usage.js";
import { admit } from "./admission.js";
import { streamAnswer, wholeAnswer, type Exchange } from "./answers.js";
import { checkMessages } from "./checks.js";
import { answerTexts, closingOf, deliveredTexts, partialGeneration, withPartialOutput, type Closing } from "./closing.js";
import { generateUncached } from "./generate.js";
import { ModelCall } from "./model_call.js";
import { ModelIdentity } from "./model_identity.js";
import type { MeteredCallOptions } from "./options.js";
import { ownEvents, ownStream } from "./owned_stream.js";
import { startRuns, toLLMOutput, type Run } from "./run.js";
import { tokenEmitter } from "./tokens.js";
import type { Prompt, Wire } from "./wire.js";

/**
 * What the three chat models share: one place where a call becomes a run. A run starts once and ends once, on every
 * path, and its end says what was used.
 */
export abstract class MeteredChatModel<CallOptions extends MeteredCallOptions = MeteredCallOptions> extends ModelIdentity<CallOptions> {
  protected readonly transport = new Transport({ caller: this.caller, fetch: this.fields.fetch });

  /** Builds one request and the means to read its answer. */
  protected abstract toWire(prompt: Prompt): Promise<Wire>;

  override async _generate(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    const isSeveral = this.countOf(options) > 1;
    if (this.streaming && !this.disableStreaming && !isSeveral) return this.generateStreaming(messages, options, runManager);
    const call = ModelCall.carriedBy(options) ?? this.newCall(messages, options, runManager);
    try {
      checkMessages(messages);
      await this.admit(call, options);
      const answers = await this.answerWhole(call, options);
      const closing = await this.closing(call, options, answerTexts(answers), COMPLETE, true);
      const generations = answers.map((answer, position) => {
        const { usage: _, ...delta } = answer;
        const isFirst = position === 0;
        return toGeneration(isFirst ? withClosing(delta, closing) : delta, this.provider);
      });
      return { generations, llmOutput: toLLMOutput(generations) };
    } catch (error) {
      throw await this.failure(error, call, options);
    } finally {
      call.end();
    }
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    const call = ModelCall.carriedBy(options) ?? this.newCall(messages, options, runManager);
    try {
      checkMessages(messages);
      await this.admit(call, options);
      const emit = tokenEmitter(runManager);
      for await (const deltas of this.answerStream(call, options)) {
        for (const delta of deltas) {
          const rest = this.bookUsage(call, delta);
          if (rest === undefined) continue;
          const chunk = toChunk(rest, this.provider, call.messageId);
          call.delivered.push(chunk);
          if (emit) await emit(chunk);
          yield chunk;
        }
      }
      const closing = await this.closing(call, options, undefined, COMPLETE, true);
      const chunk = toChunk(withClosing({}, closing), this.provider, call.messageId);
      call.delivered.push(chunk);
      if (emit) await emit(chunk);
      yield chunk;
    } catch (error) {
      throw await this.failure(error, call, options);
    } finally {
      call.end();
    }
  }

  override async *_streamChatModelEvents(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
  ): AsyncGenerator<ChatModelStreamEvent> {
    // Without a run manager: events replace tokens here, handlers would get everything twice.
    yield* toEvents(this._streamResponseChunks(messages, options));
  }

  override async *_streamIterator(input: BaseLanguageModelInput, options?: Partial<CallOptions>): AsyncGenerator<AIMessageChunk> {
    if (this.disableStreaming) {
      yield await this.invoke(input, options);
      return;
    }
    const messages = BaseChatModel._convertInputToPromptValue(input).toChatMessages();
    const [config, callOptions] = this._separateRunnableConfigFromCallOptionsCompat(options);
    const [run] = await this.startRuns([messages], config, callOptions);
    if (!run) return;
    const call = this.newCall(messages, callOptions, run.manager);
    const chunks = this._streamResponseChunks(messages, ModelCall.carry(callOptions, call), run.manager);
    yield* ownStream(run, call, chunks, {
      isV1: (callOptions.outputVersion ?? this.outputVersion) === "v1",
      partial: (reason) => this.partial(call, callOptions, reason),
    });
  }

  // @ts-expect-error core's overloads distinguish what `version` is; the implementation serves all of them
  override streamEvents(input: BaseLanguageModelInput, options?: Partial<CallOptions> & { version?: "v1" | "v2" }, more?: never) {
    if (options?.version !== undefined) return super.streamEvents(input, options as never, more);
    const messages = BaseChatModel._convertInputToPromptValue(input).toChatMessages();
    const [config, callOptions] = this._separateRunnableConfigFromCallOptionsCompat(options);
    return new ChatModelStream(this.eventsOfRun(messages, config, callOptions));
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
      generate: (prompt, promptIndex, manager) => this._generate(prompt, { ...options, promptIndex } as never, manager),
      stream: (call) => this._streamResponseChunks(call.messages, ModelCall.carry(options, call), call.runManager),
      events: (call) => this._streamChatModelEvents(call.messages, ModelCall.carry(options, call)),
      newCall: (prompt, manager) => this.newCall(prompt, options, manager),
      mayStream: !this.disableStreaming && this.countOf(options) === 1,
      isV1: (options.outputVersion ?? this.outputVersion) === "v1",
    });
  }

  /** The deltas of a streamed answer. A model whose server needs a second request overrides this. */
  protected async *answerStream(call: ModelCall, options: this["ParsedCallOptions"]): AsyncGenerator<AnswerDelta[]> {
    yield* streamAnswer(call, await this.exchange(call, options, true));
  }

  /** The answers to a request that is not streamed: one delta for each of `n`. */
  protected async answerWhole(call: ModelCall, options: this["ParsedCallOptions"]): Promise<AnswerDelta[]> {
    const answers = await wholeAnswer(call, await this.exchange(call, options, false));
    for (const answer of answers) this.bookUsage(call, answer);
    return answers;
  }

  /** One request with everything around it. */
  protected async exchange(
    call: ModelCall,
    options: this["ParsedCallOptions"],
    stream: boolean,
    changes: Record<string, unknown> = {},
  ): Promise<Exchange> {
    const params = { ...this.invocationParams(this.limited(call, options)), ...changes };
    const context = this.errorContext();
    const headers = { ...this.fields.headers, ...options.headers };
    const wire = await this.toWire({ messages: call.messages, params, stream, headers, context });
    return { transport: this.transport, wire, context, maxRetries: (options as { maxRetries?: number }).maxRetries };
  }

  /** Options with the output limit that admission left. */
  protected limited(call: ModelCall, options: this["ParsedCallOptions"]): this["ParsedCallOptions"] {
    return call.maxOutputTokens === undefined ? options : { ...options, maxTokens: call.maxOutputTokens };
  }

  protected errorContext(): ErrorContext {
    return { server: `The server at \`${this.baseURL}\``, model: this.model };
  }

  private newCall(messages: BaseMessage[], options: this["ParsedCallOptions"], runManager?: CallbackManagerForLLMRun): ModelCall {
    const { timeout, idleTimeout, firstByteTimeout } = this.fields;
    const limits = { timeoutMs: timeout, idleTimeoutMs: idleTimeout, firstByteTimeoutMs: firstByteTimeout };
    const call = new ModelCall(messages, runManager, limits, options.signal);
    call.maxOutputTokens = options.maxTokens ?? this.fields.maxTokens;
    return call;
  }

  private async admit(call: ModelCall, options: this["ParsedCallOptions"]): Promise<void> {
    call.maxOutputTokens = await admit(call, {
      provider: this.provider,
      model: this.model,
      tools: this.toolsOf(options),
      n: this.countOf(options),
      metadata: { ...this.metadata },
    });
  }

  /** Takes the server's figure out of a delta; `undefined` when nothing else was in it. */
  private bookUsage(call: ModelCall, delta: AnswerDelta): AnswerDelta | undefined {
    if (delta.usage === undefined) return delta;
    call.usage = addUsage(call.usage, delta.usage);
    const { usage: _, ...rest } = delta;
    return Object.keys(rest).length > 0 ? rest : undefined;
  }

  private closing(
    call: ModelCall,
    options: this["ParsedCallOptions"],
    texts: string[] | undefined,
    reason: string,
    complete: boolean,
  ): Promise<Closing> {
    const ending = { tools: this.toolsOf(options), facts: this.facts(), reason, complete };
    return closingOf(call, texts ?? (call.usage && complete ? [] : deliveredTexts(call.delivered)), ending);
  }

  private async partial(call: ModelCall, options: this["ParsedCallOptions"], reason: string): Promise<ChatGenerationChunk> {
    const last = call.delivered.at(-1)?.message as AIMessageChunk | undefined;
    const whole = last?.usage_metadata ? assembleChunks(call.delivered) : undefined;
    return whole ?? partialGeneration(call, this.provider, await this.closing(call, options, undefined, reason, false));
  }

  /** The error of a call, with what was delivered and spent before it. */
  private async failure(error: unknown, call: ModelCall, options: this["ParsedCallOptions"]): Promise<unknown> {
    const wasRefused = ServerError.isInstance(error) && call.delivered.length === 0 && error.isRefusal;
    if (!call.reachedServer || wasRefused) return error;
    const reason = error instanceof Error ? error.message : String(error);
    const partial = await this.partial(call, options, reason);
    return withPartialOutput(error, partial.message as AIMessageChunk);
  }

  private async generateStreaming(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    const chunks: ChatGenerationChunk[] = [];
    for await (const chunk of this._streamResponseChunks(messages, options, runManager)) chunks.push(chunk);
    const generations: ChatGeneration[] = [];
    const whole = assembleChunks(chunks);
    if (whole) generations.push(whole);
    return { generations, llmOutput: toLLMOutput(generations) };
  }

  private async *eventsOfRun(messages: BaseMessage[], config: RunnableConfig, options: this["ParsedCallOptions"]) {
    const [run] = await this.startRuns([messages], config, options);
    if (!run) return;
    const call = this.newCall(messages, options, run.manager);
    const events = this._streamChatModelEvents(messages, ModelCall.carry(options, call));
    yield* ownEvents(run, call, events, { isV1: false, partial: (reason) => this.partial(call, options, reason) });
  }

  private startRuns(messages: BaseMessage[][], config: RunnableConfig, options: this["ParsedCallOptions"]): Promise<Run[]> {
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

const COMPLETE = "the server reported no usage";

function withClosing(delta: AnswerDelta, closing: Closing): AnswerDelta {
  return { ...delta, usage: closing.usage, metadata: { ...delta.metadata, ...closing.metadata } };
}

