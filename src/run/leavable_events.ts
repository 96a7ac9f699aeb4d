import { IterableReadableStream } from "@langchain/core/utils/stream";

/**
 * Opens an event stream whose call is aborted when its reader leaves. LangChain's first version of event streams does
 * not hear of that by itself: its reader would wait for ever to get out of the loop.
 */
export function leavableEvents<Event>(
  open: (signal: AbortSignal) => ReadableStream<Event>,
  signal: AbortSignal | undefined,
): IterableReadableStream<Event> {
  const leaving = new AbortController();
  const events = open(signal ? AbortSignal.any([signal, leaving.signal]) : leaving.signal).getReader();
  return new IterableReadableStream<Event>({
    pull: async (controller) => {
      const { done, value } = await events.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => leaving.abort(),
  });
}
