import type { AIMessageChunk } from "@langchain/core/messages";
import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import type { ChatGenerationChunk } from "@langchain/core/outputs";
import { toV1 } from "../answer/content_blocks.js";
import { failureOf, partialOf } from "./closing.js";
import type { Reader } from "./leavable.js";
import type { ModelCall } from "./model_call.js";
import type { Run } from "./run.js";
import { eventEmitter } from "./token_emitter.js";

/** A run that has started, and the stream of its answer. */
export interface OwnedRun {
  run: Run;
  call: ModelCall;
  chunks: AsyncIterable<ChatGenerationChunk>;
  reader: Reader;
}

/** The same as content-block events. */
export interface OwnedEvents {
  run: Run;
  call: ModelCall;
  events: AsyncIterable<ChatModelStreamEvent>;
}

const LEFT = "the stream was left by its reader";

/**
 * Hands a stream's messages to their reader and ends its run exactly once: when the answer is complete, when it fails,
 * when the reader leaves, and when it is aborted or times out while the reader has not asked for more.
 */
export async function* ownStream(
  start: () => Promise<OwnedRun | undefined>,
): AsyncGenerator<AIMessageChunk, void, undefined> {
  const started = await start();
  if (!started) return;
  const { run, call, chunks, reader } = started;
  const { isV1 } = call.settings;
  const unguard = guardParked(run, call, reader);
  reader.whenLeft(() => call.leave());
  try {
    for await (const chunk of chunks) {
      const message = chunk.message as AIMessageChunk;
      // An abort that came while the chunk was on its way found nobody parked; the reader may never ask again.
      call.signal.throwIfAborted();
      call.parked = true;
      yield isV1 ? toV1(message, true) : message;
      call.parked = false;
      call.signal.throwIfAborted();
    }
    await endRun(run, call);
  } catch (error) {
    if (reader.hasLeft) return;
    const failure = await fail(run, error, call);
    // As fetch does it, and as core's event stream expects: who aborts is given back what was aborted with.
    throw call.userAbort ?? failure;
  } finally {
    unguard();
    call.end();
    if (!run.isSettled) await run.end([finished(await partialOf(call, LEFT), isV1)]);
  }
}

/** The same for content-block events. Their reader, LangChain's own, never leaves. */
export async function* ownEvents(
  start: () => Promise<OwnedEvents | undefined>,
): AsyncGenerator<ChatModelStreamEvent, void, undefined> {
  const started = await start();
  if (!started) return;
  const { run, call, events } = started;
  const emit = eventEmitter(run.manager);
  try {
    for await (const event of events) {
      if (emit) await emit(event);
      yield event;
    }
    await endRun(run, call);
  } catch (error) {
    throw await fail(run, error, call);
  } finally {
    call.end();
    if (!run.isSettled) await run.end([await partialOf(call, LEFT)]);
  }
}

async function fail(run: Run, error: unknown, call: ModelCall): Promise<unknown> {
  const failure = await failureOf(error, call);
  await run.fail(failure);
  return failure;
}

async function endRun(run: Run, call: ModelCall): Promise<void> {
  const whole = call.delivered.whole();
  if (whole) await run.end([finished(whole, call.settings.isV1)]);
}

function finished(chunk: ChatGenerationChunk, isV1: boolean): ChatGenerationChunk {
  if (isV1) chunk.message = toV1(chunk.message as AIMessageChunk);
  return chunk;
}

/**
 * A generator that waits at `yield` hears nothing, so the run's failure is settled from outside. Returns how to stop
 * listening.
 */
function guardParked(run: Run, call: ModelCall, reader: Reader): () => void {
  const onAbort = () => {
    if (call.isOver || !call.parked || reader.hasLeft) return;
    // Nobody waits for it: what a handler throws then has nowhere to go.
    void fail(run, call.signal.reason, call)
      .catch(() => undefined)
      .finally(() => call.end());
  };
  call.signal.addEventListener("abort", onAbort, { once: true });
  return () => call.signal.removeEventListener("abort", onAbort);
}
