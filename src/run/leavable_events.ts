import { IterableReadableStream } from "@langchain/core/utils/stream";
import { whenAborted } from "../transport/when_aborted.js";

/**
 * Opens an event stream whose call is aborted when its reader leaves. LangChain's first version of event streams does
 * not hear of that by itself: its reader would wait for ever to get out of the loop.
 */
export function leavableEvents<Event>(
  open: (signal: AbortSignal) => ReadableStream<Event>,
  signal: AbortSignal | undefined,
): IterableReadableStream<Event> {
  const ending = new AbortController();
  // Not by `AbortSignal.any`, which browsers of 2023 do not have.
  const unlisten = signal ? forward(signal, ending) : () => undefined;
  const events = open(ending.signal).getReader();
  return new IterableReadableStream<Event>({
    pull: async (controller) => {
      try {
        const { done, value } = await events.read();
        if (!done) return controller.enqueue(value);
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      unlisten();
    },
    cancel: () => {
      unlisten();
      ending.abort();
    },
  });
}

function forward(signal: AbortSignal, controller: AbortController): () => void {
  const abort = () => controller.abort(signal.reason);
  if (!signal.aborted) return whenAborted(signal, abort);
  abort();
  return () => undefined;
}
