import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import { AIMessageChunk, type BaseMessage } from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatGeneration, type ChatResult } from "@langchain/core/outputs";
import { assembleChunks, toGeneration } from "../answer/assemble.js";
import { toChunk } from "../answer/chunk.js";
import type { AnswerDelta } from "../answer/delta.js";
import { toEvents } from "../answer/events.js";
import { ServerError } from "../base/errors.js";
import type { MeteredFacts } from "../seam/gate.js";
import type { CallLimits } from "../transport/deadlines.js";
import { isErrorLike } from "../transport/error_like.js";
import type { ErrorContext } from "../transport/server_error.js";
import { redactError } from "../transport/redact.js";
import { Transport } from "../transport/transport.js";
import { promptParts } from "../usage/estimate.js";
import { addUsage } from "../usage/usage.js";
import { admit } from "../run/admission.js";
import { streamAnswer, wholeAnswer, type Exchange } from "./answers.js";
import { checkMessages } from "./checks.js";
import {
  answerTexts,
  closingOf,
  deliveredTexts,
  partialGeneration,
  partialOutputOf,
  withPartialOutput,
  type Closing,
} from "../run/closing.js";
import { LazyStream } from "../run/lazy_stream.js";
import { ModelCall } from "../run/model_call.js";
import { maxRetriesOf, type MeteredCallOptions } from "./options.js";
import { toLLMOutput } from "../run/run.js";
import { RunOwner } from "./run_owner.js";
import { tokenEmitter } from "../run/token_emitter.js";
import type { Prompt, Wire } from "./wire.js";

/**
 * What the three chat models share: how a call is admitted, sent, read and closed with its usage. How it becomes a run
 * is in `run_owner.ts`.
 */
export abstract class MeteredChatModel<
  CallOptions extends MeteredCallOptions = MeteredCallOptions,
> extends RunOwner<CallOptions> {
  protected readonly transport = new Transport({
    caller: this.caller,
    fetch: this.fields.fetch,
    maxRetries: this.fields.maxRetries,
    onFailedAttempt: this.fields.onFailedAttempt,
  });

  /** Builds one request and the means to read its answer. */
  protected abstract toWire(prompt: Prompt): Promise<Wire>;

  override async _generate(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    const isSeveral = this.countOf(options) > 1;
    if (this.streaming && !this.disableStreaming && !isSeveral)
      return this.generateStreaming(messages, options, runManager);
    const call = ModelCall.carriedBy(options) ?? this.newCall(messages, options, runManager);
    try {
      checkMessages(messages);
      await this.admit(call, options);
      const answers = await this.answerWhole(call, options);
      const closing = await this.closing(call, options, answerTexts(answers), COMPLETE, true);
      const generations = answers.map((answer, position) => {
        const { usage: _, ...rest } = answer;
        const delta = answers.length > 1 ? { ...rest, choice: position } : rest;
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
          call.delivered.add(chunk);
          if (emit) await emit(chunk);
          call.signal.throwIfAborted();
          yield chunk;
        }
      }
      const closing = await this.closing(call, options, undefined, COMPLETE, true);
      const chunk = toChunk(withClosing({}, closing), this.provider, call.messageId);
      call.delivered.add(chunk);
      if (emit) await emit(chunk);
      yield chunk;
    } catch (error) {
      throw await this.failure(error, call, options);
    } finally {
      call.end();
    }
  }

  override _streamChatModelEvents(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
  ): AsyncGenerator<ChatModelStreamEvent> {
    // Without a run manager: events replace tokens here, handlers would get everything twice.
    return toEvents(this._streamResponseChunks(messages, options));
  }

  /** The deltas of a streamed answer. A model whose server needs a second request overrides this. */
  protected answerStream(call: ModelCall, options: this["ParsedCallOptions"]): AsyncGenerator<AnswerDelta[]> {
    return new LazyStream(async () => streamAnswer(call, await this.exchange(call, options, true)));
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
    const wire = await this.toWire({
      messages: call.messages,
      params,
      stream,
      streamUsage: options.streamUsage ?? undefined,
      headers,
      context,
    });
    return { transport: this.transport, wire, context, maxRetries: maxRetriesOf(options) };
  }

  /** Options with the output limit that admission left. */
  protected limited(call: ModelCall, options: this["ParsedCallOptions"]): this["ParsedCallOptions"] {
    return call.maxOutputTokens === undefined ? options : { ...options, maxTokens: call.maxOutputTokens };
  }

  protected errorContext(): ErrorContext {
    return { server: `The server at \`${this.baseURL}\``, model: this.model };
  }

  protected override newCall(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): ModelCall {
    const call = new ModelCall(messages, runManager, this.limits(), options.signal);
    call.maxOutputTokens = this.maxTokensOf(options);
    return call;
  }

  /** How long a call may take. A model whose server works in silence overrides this. */
  protected limits(): CallLimits {
    const { timeout, idleTimeout, firstByteTimeout } = this.fields;
    return { timeoutMs: timeout, idleTimeoutMs: idleTimeout, firstByteTimeoutMs: firstByteTimeout };
  }

  /** What only this model knows of a call and pricing needs. A model whose calls differ in price overrides this. */
  protected factsOfCall(_options: this["ParsedCallOptions"]): MeteredFacts {
    return this.facts();
  }

  /** Asks the gates: before the call's first request, and before each further one. */
  protected async admit(call: ModelCall, options: this["ParsedCallOptions"]): Promise<void> {
    call.maxOutputTokens = await admit(call, {
      provider: this.provider,
      model: this.model,
      tools: this.toolsOf(options),
      n: this.countOf(options),
      metadata: { ...this.metadata },
    });
  }

  /** Takes the server's figure out of a delta; `undefined` when nothing else was in it. */
  protected bookUsage(call: ModelCall, delta: AnswerDelta): AnswerDelta | undefined {
    if (delta.usage === undefined && delta.partialUsage === undefined) return delta;
    const { usage, partialUsage, ...rest } = delta;
    call.running = partialUsage;
    if (usage) {
      call.usage = addUsage(call.usage, usage);
      call.reported++;
      const attempt = call.attempts.at(-1);
      if (attempt) attempt.usage = usage;
    }
    return Object.keys(rest).length > 0 ? rest : undefined;
  }

  private closing(
    call: ModelCall,
    options: this["ParsedCallOptions"],
    texts: string[] | undefined,
    reason: string,
    complete: boolean,
  ): Promise<Closing> {
    return closingOf(call, {
      prompt: () => promptParts(call.messages, this.toolsOf(options), this.schemasOf(options)),
      delivered: () => texts ?? deliveredTexts(call.delivered),
      answersPerRequest: this.countOf(options),
      facts: this.factsOfCall(options),
      reason,
      complete,
    });
  }

  /** What else of a request templates may write into its prompt: schemas, and fields of their own. */
  private schemasOf(options: this["ParsedCallOptions"]): unknown[] {
    const { tools: _, options: _ofOllama, ...params } = this.invocationParams(options);
    return Object.values(params).filter((value) => typeof value === "object");
  }

  protected override async partial(
    call: ModelCall,
    options: this["ParsedCallOptions"],
    reason: string,
  ): Promise<ChatGenerationChunk> {
    const whole = call.delivered.isClosed ? call.delivered.whole() : undefined;
    return whole ?? partialGeneration(call, this.provider, await this.closing(call, options, undefined, reason, false));
  }

  protected override async failure(
    error: unknown,
    call: ModelCall,
    options: this["ParsedCallOptions"],
  ): Promise<unknown> {
    redactError(error, call.secrets);
    const { message, isAccounted } = partialOutputOf(error);
    if (isAccounted) return error;
    this.bookUsage(call, { usage: message?.usage_metadata });
    if (call.cut) call.delivered.add(toChunk(call.cut, this.provider, call.messageId));
    call.cut = undefined;
    // An answer that was read as a whole and turned out to be a part.
    if (call.delivered.isEmpty && AIMessageChunk.isInstance(message)) {
      // Its figure has been booked, and comes back with the closing.
      message.usage_metadata = undefined;
      call.delivered.add(new ChatGenerationChunk({ text: message.text, message }));
    }
    if (ServerError.isInstance(error) && error.isRefusal && call.delivered.isEmpty) call.refuse(error.message);
    if (!call.reachedServer) return error;
    const reason = isErrorLike(error) ? error.message : String(error);
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
}

const COMPLETE = "the server reported no usage";

function withClosing(delta: AnswerDelta, closing: Closing): AnswerDelta {
  return { ...delta, usage: closing.usage, metadata: { ...delta.metadata, ...closing.metadata } };
}
