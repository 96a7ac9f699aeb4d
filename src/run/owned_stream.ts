import type { AIMessageChunk } from "@langchain/core/messages";
import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import type { ChatGenerationChunk } from "@langchain/core/outputs";
import { toV1 } from "../answer/content_blocks.js";
import type { Reader } from "./leavable.js";
import type { ModelCall } from "./model_call.js";
import type { Run } from "./run.js";
import { eventEmitter } from "./token_emitter.js";

/** What an owned stream needs of its model. */
export interface StreamOwner {
  isV1: boolean;
  reader: Reader;
  /** The message of an answer that was cut short, with its usage. */
  partial: (reason: string) => Promise<ChatGenerationChunk>;
  /** An error of the call with what was delivered and spent before it. */
  failure: (error: unknown) => Promise<unknown>;
}

/** A run that has started, and the stream of its answer. */
export interface OwnedRun {
  run: Run;
  call: ModelCall;
  chunks: AsyncIterable<ChatGenerationChunk>;
  owner: StreamOwner;
}

/** The same as content-block events. */
export interface OwnedEvents extends Omit<OwnedRun, "chunks"> {
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
  const { run, call, chunks, owner } = started;
  const unguard = guardParked(run, call, owner);
  owner.reader.whenLeft(() => call.leave());
  try {
    for await (const chunk of chunks) {
      const message = chunk.message as AIMessageChunk;
      // An abort that came while the chunk was on its way found nobody parked; the reader may never ask again.
      call.signal.throwIfAborted();
      call.parked = true;
      yield owner.isV1 ? toV1(message, true) : message;
      call.parked = false;
      call.signal.throwIfAborted();
    }
    await endRun(run, call, owner.isV1);
  } catch (error) {
    if (owner.reader.hasLeft) return;
    const failure = await fail(run, error, owner);
    // As fetch does it, and as core's event stream expects: who aborts is given back what was aborted with.
    throw call.userAbort ?? failure;
  } finally {
    unguard();
    call.end();
    if (!run.isSettled) await run.end([finished(await owner.partial(LEFT), owner.isV1)]);
  }
}

/** The same for content-block events. Their reader, LangChain's own, never leaves. */
export async function* ownEvents(
  start: () => Promise<OwnedEvents | undefined>,
): AsyncGenerator<ChatModelStreamEvent, void, undefined> {
  const started = await start();
  if (!started) return;
  const { run, call, events, owner } = started;
  const emit = eventEmitter(run.manager);
  try {
    for await (const event of events) {
      if (emit) await emit(event);
      yield event;
    }
    await endRun(run, call, owner.isV1);
  } catch (error) {
    throw await fail(run, error, owner);
  } finally {
    call.end();
    if (!run.isSettled) await run.end([await owner.partial(LEFT)]);
  }
}

async function fail(run: Run, error: unknown, owner: StreamOwner): Promise<unknown> {
  const failure = await owner.failure(error);
  await run.fail(failure);
  return failure;
}

async function endRun(run: Run, call: ModelCall, isV1: boolean): Promise<void> {
  const whole = call.delivered.whole();
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
    if (call.isOver || !call.parked || owner.reader.hasLeft) return;
    // Nobody waits for it: what a handler throws then has nowhere to go.
    void fail(run, call.signal.reason, owner)
      .catch(() => undefined)
      .finally(() => call.end());
  };
  call.signal.addEventListener("abort", onAbort, { once: true });
  return () => call.signal.removeEventListener("abort", onAbort);
}
