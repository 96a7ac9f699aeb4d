import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { stampRetryable } from "@langchain/core/errors";
import { retrying, stopUnlessRetryable, type RetryPolicy } from "../../src/transport/retry.js";

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ["performance", "nextTick", "queueMicrotask"] });
});
afterEach(() => {
  jest.useRealTimers();
});

const failure = (fields: object = {}) => stampRetryable(Object.assign(new Error("not now"), fields), true);

/** Attempts that fail so often, and when each was made. */
function start(failures: readonly Error[], policy: Partial<RetryPolicy> = {}, signal = new AbortController().signal) {
  const made: number[] = [];
  const began = Date.now();
  const attempt = (): Promise<string> => {
    made.push(Date.now() - began);
    const error = failures[made.length - 1];
    return error ? Promise.reject(error) : Promise.resolve("done");
  };
  const result = retrying(attempt, { maxRetries: 2, ...policy }, signal);
  result.catch(() => undefined);
  return { made, result };
}

describe("attempts", () => {
  it("end with the first that succeeds", async () => {
    const { made, result } = start([]);
    expect(await result).toBe("done");
    expect(made).toEqual([0]);
  });

  it("wait longer each time", async () => {
    const { made, result } = start([failure(), failure()]);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await result).toBe("done");
    const [, first = 0, second = 0] = made;
    expect(first).toBeGreaterThanOrEqual(1_000);
    expect(first).toBeLessThanOrEqual(2_000);
    expect(second - first).toBeGreaterThanOrEqual(2_000);
    expect(second - first).toBeLessThanOrEqual(4_000);
  });

  it("wait as long as the server says", async () => {
    const { made, result } = start([failure({ retryAfterMs: 5_000 }), failure({ retryAfterMs: 3_000 })]);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await result).toBe("done");
    expect(made).toEqual([0, 5_000, 8_000]);
  });

  it("end with the last error", async () => {
    const failures = [failure(), failure(), failure(), failure()];
    const { made, result } = start(failures);
    await jest.advanceTimersByTimeAsync(60_000);
    await expect(result).rejects.toBe(failures[2]);
    expect(made).toHaveLength(3);
  });

  it.each([
    ["one that no attempt mends", stampRetryable(new Error("no"), false)],
    ["one that nobody has judged", new TypeError("x is not a function")],
    ["one for which the server asks to wait too long", failure({ retryAfterMs: 60_001 })],
  ])("end at once with %s", async (_, error) => {
    const told: unknown[] = [];
    const { made, result } = start([error], { onFailedAttempt: (each) => told.push(each) });
    await expect(result).rejects.toBe(error);
    expect(made).toEqual([0]);
    expect(told).toEqual([]);
    expect(() => stopUnlessRetryable(error)).toThrow(error);
  });

  it("tell of each failure, and end when the listener throws", async () => {
    const told: unknown[] = [];
    const enough = new Error("Enough.");
    const failures = [failure(), failure()];
    const { result } = start(failures, {
      onFailedAttempt: (error) => {
        told.push(error);
        if (told.length === 2) throw enough;
      },
    });
    await jest.advanceTimersByTimeAsync(60_000);
    await expect(result).rejects.toBe(enough);
    expect(told).toEqual(failures);
  });

  it("stop waiting when the call is aborted, and leave no timer", async () => {
    const controller = new AbortController();
    const { made, result } = start([failure({ retryAfterMs: 30_000 })], {}, controller.signal);
    await jest.advanceTimersByTimeAsync(10);
    expect(jest.getTimerCount()).toBe(1);
    controller.abort(new Error("Enough."));
    await expect(result).rejects.toThrow("Enough.");
    expect(jest.getTimerCount()).toBe(0);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(made).toHaveLength(1);
  });

  it("do not begin to wait when the call was aborted before", async () => {
    const controller = new AbortController();
    const { made, result } = start(
      [failure()],
      { onFailedAttempt: () => controller.abort(new Error("Enough.")) },
      controller.signal,
    );
    await expect(result).rejects.toThrow("Enough.");
    expect(made).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });
});
