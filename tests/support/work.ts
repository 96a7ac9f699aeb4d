import { Session } from "node:inspector/promises";
import { afterAll, beforeAll } from "@jest/globals";
import { nativeSteps } from "./native_work.js";

/**
 * Counts the work that the package does: V8 says how often each block of `src/` ran, and built-ins on how much they were
 * called. A count is the same on every machine and on a busy one, where a time is not.
 */
export class WorkCounter {
  readonly #session = new Session();

  async start(): Promise<this> {
    this.#session.connect();
    await this.#session.post("Profiler.enable");
    await this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
    return this;
  }

  async stop(): Promise<void> {
    await this.#session.post("Profiler.stopPreciseCoverage");
    this.#session.disconnect();
  }

  /** How many times the work grows when its input does eightfold: about 8 where it is linear, 64 where it is quadratic. */
  async growth(act: (size: number) => unknown, size: number): Promise<number> {
    await act(1); // what is made on first use is no part of it
    await this.#blocks();
    const small = await this.#steps(() => act(size));
    return (await this.#steps(() => act(8 * size))) / small;
  }

  async #steps(act: () => unknown): Promise<number> {
    const native = await nativeSteps(act);
    return native + (await this.#blocks());
  }

  /** The blocks that ran since this was asked for the last time. */
  async #blocks(): Promise<number> {
    const { result } = await this.#session.post("Profiler.takePreciseCoverage");
    let sum = 0;
    for (const { functions } of result.filter(({ url }) => url.includes("/src/")))
      for (const { ranges } of functions) for (const { count } of ranges) sum += count;
    return sum;
  }
}

/** A counter for each test of a file. */
export function useWorkCounter(): WorkCounter {
  const counter = new WorkCounter();
  beforeAll(() => counter.start());
  afterAll(() => counter.stop());
  return counter;
}
