import { randomUUID } from "node:crypto";
import { BaseCallbackHandler, type NewTokenIndices } from "@langchain/core/callbacks/base";
import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import type { Serialized } from "@langchain/core/load/serializable";
import type { BaseMessage } from "@langchain/core/messages";
import type { ChatGenerationChunk, GenerationChunk, LLMResult } from "@langchain/core/outputs";
import { Changes } from "./changes.js";

/** What a model run told its handlers, in the order it told them. */
export type RunEvent =
  | {
      readonly type: "start";
      readonly runId: string;
      readonly parentRunId?: string;
      readonly serialized: Serialized;
      readonly messages: BaseMessage[];
      readonly extraParams: Record<string, unknown>;
      readonly tags: string[];
      readonly metadata: Record<string, unknown>;
      readonly runName?: string;
    }
  | {
      readonly type: "token";
      readonly runId: string;
      readonly token: string;
      readonly indices: NewTokenIndices;
      readonly chunk?: GenerationChunk | ChatGenerationChunk;
    }
  | { readonly type: "stream"; readonly runId: string; readonly event: ChatModelStreamEvent }
  | { readonly type: "end"; readonly runId: string; readonly output: LLMResult }
  | { readonly type: "error"; readonly runId: string; readonly error: unknown };

/** How a handler asks for streaming; see core's `lc_prefer_streaming` and `lc_prefer_chat_model_stream_events`. */
export interface RecordingHandlerOptions {
  prefersStreaming?: boolean;
  prefersStreamEvents?: boolean;
}

/** A callback handler that keeps every event of every model run. Awaited: an event is here when the model's call returns. */
export class RecordingHandler extends BaseCallbackHandler {
  // Unique, as core drops a second handler of the same name in places.
  readonly name = `recording_handler_${randomUUID()}`;
  readonly lc_prefer_streaming: boolean;
  readonly lc_prefer_chat_model_stream_events: boolean;
  readonly events: RunEvent[] = [];
  readonly #changes = new Changes();

  constructor(options: RecordingHandlerOptions = {}) {
    super({ _awaitHandler: true });
    this.lc_prefer_streaming = options.prefersStreaming ?? false;
    this.lc_prefer_chat_model_stream_events = options.prefersStreamEvents ?? false;
  }

  /** Resolves when a statement about the events has become true. */
  when(holds: (events: readonly RunEvent[]) => boolean): Promise<void> {
    return this.#changes.until(() => holds(this.events));
  }

  /** Resolves when `count` ends or errors have come. */
  closed(count = 1): Promise<void> {
    return this.when((events) => events.filter(({ type }) => type === "end" || type === "error").length >= count);
  }

  override handleChatModelStart(
    serialized: Serialized,
    batches: BaseMessage[][],
    runId: string,
    parentRunId?: string,
    extraParams: Record<string, unknown> = {},
    tags: string[] = [],
    metadata: Record<string, unknown> = {},
    runName?: string,
  ): void {
    const messages = batches.flat();
    this.#add({ type: "start", runId, parentRunId, serialized, messages, extraParams, tags, metadata, runName });
  }

  override handleLLMNewToken(
    token: string,
    indices: NewTokenIndices,
    runId: string,
    _parentRunId?: string,
    _tags?: string[],
    fields?: { chunk?: GenerationChunk | ChatGenerationChunk },
  ): void {
    this.#add({ type: "token", runId, token, indices, chunk: fields?.chunk });
  }

  override handleChatModelStreamEvent(event: ChatModelStreamEvent, runId: string): void {
    this.#add({ type: "stream", runId, event });
  }

  override handleLLMEnd(output: LLMResult, runId: string): void {
    this.#add({ type: "end", runId, output });
  }

  override handleLLMError(error: unknown, runId: string): void {
    this.#add({ type: "error", runId, error });
  }

  #add(event: RunEvent): void {
    this.events.push(event);
    this.#changes.changed();
  }
}
