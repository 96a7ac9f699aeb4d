import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";

const RESOLUTION_MS = 5;
const TICK_TEXT = Array.from({ length: 40_000 }, (_, index) => ({ index, text: "x".repeat(80) }));

/** Milliseconds of CPU time of the whole process, its garbage collector and compiler included. */
export async function cpuMs(work: () => unknown): Promise<number> {
  globalThis.gc?.();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The longest time in milliseconds for which the event loop was held while some work was done. */
export async function longestHoldMs(work: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.();
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  // It measures from one tick to the next: without one, also after a reset, it would not see that it is late.
  await pause(4 * RESOLUTION_MS);
  await work();
  await pause(4 * RESOLUTION_MS);
  delay.disable();
  return Math.max(0, delay.max / 1e6 - RESOLUTION_MS);
}

/** Bytes that are alive: a first collection runs what is to be finalised, a second one takes that away. */
export async function liveBytes(): Promise<number> {
  for (let time = 0; time < 2; time++) {
    globalThis.gc?.();
    await pause(1);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** A measure of this machine at this moment: milliseconds for writing and reading 4 MB of JSON. */
export function tick(): number {
  const begun = performance.now();
  JSON.parse(JSON.stringify(TICK_TEXT));
  return performance.now() - begun;
}
