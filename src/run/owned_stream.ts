import type { AIMessageChunk } from "@langchain/core/messages";
import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import type { ChatGenerationChunk } from "@langchain/core/outputs";
import { toV1 } from "../answer/content_blocks.js";
import { attempt } from "../base/attempt.js";
import type { Reader } from "./leavable.js";
import type { ModelCall } from "./model_call.js";
import { OwnedRun } from "./owned_run.js";
import type { Run } from "./run.js";
import { groupsOf } from "./grouped_stream.js";
import { eventEmitter } from "./token_emitter.js";

/** A run that has started, and the stream of its answer. */
export interface StartedStream {
  run: Run;
  call: ModelCall;
  chunks: AsyncIterable<ChatGenerationChunk>;
  reader: Reader;
}

/** The same as content-block events. */
export interface StartedEvents {
  run: Run;
  call: ModelCall;
  events: AsyncIterable<ChatModelStreamEvent>;
}

const LEFT = "the stream was left by its reader";

/**
 * Hands a stream's messages to their reader, in groups, and ends its run exactly once: when the answer is complete, when it fails,
 * when the reader leaves, and when it is aborted or times out while the reader has not asked for more.
 */
export async function* ownStream(
  start: () => Promise<StartedStream | undefined>,
): AsyncGenerator<AIMessageChunk[], void, undefined> {
  const started = await start();
  if (!started) return;
  const { run, call, chunks, reader } = started;
  const owned = new OwnedRun(run, call);
  let unguard = () => {};
  try {
    const { isV1 } = call.settings;
    unguard = guardParked(owned, call, reader);
    reader.whenLeft(() => call.leave());
    reader.reads(call.signal);
    for await (const group of groupsOf(chunks)) {
      // Taken out of their group, which would keep them all until the next one.
      const messages = group.splice(0).map(({ message }) => message as AIMessageChunk);
      // An abort that came while the chunks were on their way found nobody parked; the reader may never ask again.
      call.signal.throwIfAborted();
      call.parked = true;
      yield isV1 ? messages.map((message) => toV1(message, true)) : messages;
      call.parked = false;
      call.signal.throwIfAborted();
    }
    await owned.complete();
  } catch (error) {
    if (reader.hasLeft) return;
    const failure = await owned.fail(error);
    // As fetch does it, and as core's event stream expects: who aborts is given back what was aborted with.
    throw attempt(() => call.userAbort, undefined) ?? failure;
  } finally {
    unguard();
    await owned.close(LEFT);
  }
}

/** The same for content-block events. Their reader, LangChain's own, never leaves. */
export async function* ownEvents(
  start: () => Promise<StartedEvents | undefined>,
): AsyncGenerator<ChatModelStreamEvent[], void, undefined> {
  const started = await start();
  if (!started) return;
  const { run, call, events } = started;
  const owned = new OwnedRun(run, call);
  try {
    const emit = eventEmitter(run.manager);
    for await (const group of groupsOf(events)) {
      if (emit) for (const event of group) await emit(event);
      yield group;
    }
    await owned.complete();
  } catch (error) {
    throw await owned.fail(error);
  } finally {
    await owned.close(LEFT);
  }
}

/**
 * A generator that waits at `yield` hears nothing, so the run's failure is settled from outside. Returns how to stop
 * listening.
 */
function guardParked(owned: OwnedRun, call: ModelCall, reader: Reader): () => void {
  const { signal } = call;
  const endParked = async () => {
    if (call.isOver || !call.parked || reader.hasLeft) return;
    try {
      await owned.fail(signal.reason);
    } finally {
      call.end();
      await call.granted?.settle();
    }
  };
  // Nobody waits for it: what a handler throws then has nowhere to go.
  const onAbort = () => void endParked().catch(() => undefined);
  signal.addEventListener("abort", onAbort, { once: true });
  return () => signal.removeEventListener("abort", onAbort);
}
