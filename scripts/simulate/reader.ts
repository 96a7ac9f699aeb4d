import type { CallerAct } from "./scenarios.js";

/** What a caller under test throws in the middle of a stream, and aborts with. */
export class ReaderError extends Error {
  override readonly name = "ReaderError";
}

/** How a stream is read. */
export interface Reading {
  act: CallerAct;
  /** After how many chunks the reader acts. */
  after: number;
  abort: () => void;
}

/** Reads a stream, and after some of its chunks does something else. */
export async function read(stream: AsyncIterable<unknown>, { act, after, abort }: Reading): Promise<void> {
  if (act === "cancel") return cancel(stream as unknown as ReadableStream, after); // what `stream` of a model returns
  if (act === "abort and read no more" || act === "abandon") {
    await readSome(stream, after);
    if (act !== "abandon") abort();
    return;
  }
  let count = 0;
  for await (const _ of stream) {
    if (++count !== after) continue;
    if (act === "break") break;
    if (act === "throw") throw new ReaderError("simulated throw");
    if (act === "abort in the loop") abort();
  }
}

async function cancel(stream: ReadableStream, after: number): Promise<void> {
  const reader = stream.getReader();
  for (let count = 0; count < after; count++) await reader.read();
  await reader.cancel();
}

/** Asks for some chunks, and then never again: the stream does not learn that its reader has gone. */
async function readSome(stream: AsyncIterable<unknown>, after: number): Promise<void> {
  const chunks = stream[Symbol.asyncIterator]();
  for (let count = 0; count < after; count++) if ((await chunks.next()).done === true) return;
}
