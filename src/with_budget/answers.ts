import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import { ChatModelStream } from "@langchain/core/language_models/stream";
import type { ChatGenerationChunk, ChatResult } from "@langchain/core/outputs";
import { endOf, type AskedCall, type RunEnd } from "../books/run_end.js";

/** What the books read at the end of an answer that came whole. */
export function endOfResult({ generations, llmOutput }: ChatResult, asked: AskedCall): RunEnd {
  return endOf({ generations: [generations], llmOutput }, undefined, asked);
}

/** The same of one that came in chunks. */
export function endOfChunks(chunks: readonly ChatGenerationChunk[], asked: AskedCall): RunEnd {
  const [first, ...rest] = chunks;
  const whole = rest.reduce((sum: ChatGenerationChunk | undefined, chunk) => sum?.concat(chunk), first);
  return endOf({ generations: [[whole]] }, undefined, asked);
}

/** The same of one that came in events of core's protocol. */
export async function endOfEvents(events: readonly ChatModelStreamEvent[], asked: AskedCall): Promise<RunEnd> {
  const message = await new ChatModelStream(replayed(events));
  return endOf({ generations: [[{ text: "", message }]] }, undefined, asked);
}

async function* replayed(events: readonly ChatModelStreamEvent[]): AsyncGenerator<ChatModelStreamEvent> {
  yield* events;
}
