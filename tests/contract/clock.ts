import { afterEach, beforeEach, jest } from "@jest/globals";

/**
 * Takes `setTimeout` over for the tests of a file or of a `describe`: timers ring when a test says so. Sockets, and signals of
 * Node's own, stay real; so does the date, unless it is asked for: then it stands still between the steps of a test.
 */
export function useClock({ date = false } = {}): { pass(ms: number): void; passSoon(ms: number): Promise<void> } {
  beforeEach(() => {
    jest.useFakeTimers({
      doNotFake: [
        ...(date ? [] : (["Date"] as const)),
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
