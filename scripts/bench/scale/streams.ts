import { setTimeout as pause } from "node:timers/promises";
import { SHORT } from "../prompts.js";
import type { Work } from "./client.js";
import { modelAt } from "./models.js";
import { cpuMs, liveBytes, longestHoldMs } from "./watch.js";

const OPEN = 20;
const ABORTED_PROMPT = "The spring tide of the 14th was not high: 4.2 m at Dover, so we sailed. ".repeat(2_800); // 200 kB

async function readSome(items: AsyncIterable<unknown>, count: number): Promise<AsyncIterator<unknown>> {
  const iterator = items[Symbol.asyncIterator]();
  for (let i = 0; i < count; i++) {
    const { done } = await iterator.next();
    if (done) throw new Error(`The stream was over after ${i} of ${count} pieces.`);
  }
  return iterator;
}

/** Bytes that are held of some streams, each of which has been read as far as it goes. */
async function heldOf(count: number, who: string, url: string, events: number): Promise<number> {
  const model = await modelAt(who, url, "held", events);
  const before = await liveBytes();
  const streams = await Promise.all(
    Array.from({ length: count }, () => model.stream(SHORT).then((items) => readSome(items, events))),
  );
  const held = (await liveBytes()) - before;
  await fetch(`${url}/release`);
  for (const stream of streams) while (!(await stream.next()).done);
  return held;
}

/** kB a stream. */
export const heapOfOpenStreams: Work = async ({ who, size }, url) => (await heldOf(OPEN, who, url, size)) / OPEN / 1000;

/** Bytes a chunk. */
export const heapOfLongStream: Work = async ({ who, size }, url) => (await heldOf(1, who, url, size)) / size;

/** Milliseconds for which the loop is held when all streams are aborted in one turn, each after its first piece. */
export const abortsAtOnce: Work = async ({ who, size }, url) => {
  const model = await modelAt(who, url, "held", 2);
  const aborters = Array.from({ length: size }, () => new AbortController());
  const streams: AsyncIterator<unknown>[] = [];
  for (const { signal } of aborters) {
    // Each has a prompt of its own: a count that is remembered for a text would be no count.
    const prompt = `${streams.length}: ${ABORTED_PROMPT}`;
    streams.push(await readSome(await model.stream(prompt, { signal }), 1));
  }
  await pause(50);
  return longestHoldMs(async () => {
    const ends = streams.map(async (stream) => {
      while (!(await stream.next()).done);
    });
    for (const aborter of aborters) aborter.abort();
    const ended = await Promise.allSettled(ends);
    const aborted = ended.filter(({ status }) => status === "rejected").length;
    if (aborted < size) throw new Error(`${aborted} of ${size} streams were aborted.`);
  });
};

/** Microseconds a chunk. */
export const eventsOf: Work = async ({ who, size }, url) => {
  const model = await modelAt(who, url, "burst", size);
  let seen = 0;
  const ms = await cpuMs(async () => {
    for await (const _ of model.streamEvents(SHORT)) seen++;
  });
  if (seen < size) throw new Error(`${seen} events of ${size} chunks.`);
  return (ms * 1000) / size;
};
