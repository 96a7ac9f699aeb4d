import { afterEach, beforeEach, jest } from "@jest/globals";

/** Takes `setTimeout` over for a file: timers ring when a test says so. Sockets, and signals of Node's own, stay real. */
export function useClock(): { pass(ms: number): void; passSoon(ms: number): Promise<void> } {
  beforeEach(() => {
    jest.useFakeTimers({
      doNotFake: [
        "Date",
        "hrtime",
        "nextTick",
        "performance",
        "queueMicrotask",
        "setImmediate",
        "clearImmediate",
        "setInterval",
        "clearInterval",
      ],
    });
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  return {
    pass: (ms) => jest.advanceTimersByTime(ms),
    /** The same once promises that are due have been settled: what they do may set timers. */
    passSoon: (ms) => jest.advanceTimersByTimeAsync(ms),
  };
}
