import type { AIMessageChunk } from "@langchain/core/messages";
import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import type { ChatGenerationChunk } from "@langchain/core/outputs";
import { assembleChunks } from "../answer/assemble.js";
import { toV1 } from "../answer/content_blocks.js";
import { withPartialOutput } from "./closing.js";
import type { ModelCall } from "./model_call.js";
import type { Run } from "./run.js";

/** What an owned stream needs of its model. */
export interface StreamOwner {
  isV1: boolean;
  /** The message of an answer that was cut short, with its usage. */
  partial: (reason: string) => Promise<ChatGenerationChunk>;
}

const LEFT = "the stream was left by its reader";

/**
 * Hands a stream's messages to their reader and ends its run exactly once: when the answer is complete, when it fails,
 * when the reader leaves, and when it is aborted or times out while the reader has not asked for more.
 */
export async function* ownStream(
  run: Run,
  call: ModelCall,
  chunks: AsyncIterable<ChatGenerationChunk>,
  owner: StreamOwner,
): AsyncGenerator<AIMessageChunk, void, undefined> {
  const guard = guardParked(run, call, owner);
  try {
    for await (const chunk of chunks) {
      const message = chunk.message as AIMessageChunk;
      call.parked = true;
      yield owner.isV1 ? toV1(message) : message;
      call.parked = false;
      if (run.isSettled) call.signal.throwIfAborted();
    }
    await endRun(run, call, owner.isV1);
  } catch (error) {
    await run.fail(error);
    throw error;
  } finally {
    guard();
    call.end();
    if (!run.isSettled) await run.end([finished(await owner.partial(LEFT), owner.isV1)]);
  }
}

/** The same for content-block events. */
export async function* ownEvents(
  run: Run,
  call: ModelCall,
  events: AsyncIterable<ChatModelStreamEvent>,
  owner: StreamOwner,
): AsyncGenerator<ChatModelStreamEvent, void, undefined> {
  const guard = guardParked(run, call, owner);
  try {
    for await (const event of events) {
      await run.manager?.handleChatModelStreamEvent?.(event);
      yield event;
    }
    await endRun(run, call, owner.isV1);
  } catch (error) {
    await run.fail(error);
    throw error;
  } finally {
    guard();
    call.end();
    if (!run.isSettled) await run.end([await owner.partial(LEFT)]);
  }
}

async function endRun(run: Run, call: ModelCall, isV1: boolean): Promise<void> {
  const whole = assembleChunks(call.delivered);
  if (whole) await run.end([finished(whole, isV1)]);
}

function finished(chunk: ChatGenerationChunk, isV1: boolean): ChatGenerationChunk {
  if (isV1) chunk.message = toV1(chunk.message as AIMessageChunk);
  return chunk;
}

/**
 * A generator that waits at `yield` hears nothing, so the run's failure is settled from outside. Returns how to stop
 * listening.
 */
function guardParked(run: Run, call: ModelCall, owner: StreamOwner): () => void {
  const onAbort = () => {
    if (call.isOver || !call.parked) return;
    const { reason } = call.signal as { reason: Error };
    void owner
      .partial(reason.message)
      .then((partial) => run.fail(withPartialOutput(reason, partial.message as AIMessageChunk)))
      .finally(() => call.end());
  };
  call.signal.addEventListener("abort", onAbort, { once: true });
  return () => call.signal.removeEventListener("abort", onAbort);
}
