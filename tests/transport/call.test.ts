import { describe, expect, it } from "@jest/globals";
import { getRetryable, ModelAbortError } from "@langchain/core/errors";
import { Call } from "../../src/transport/call.js";
import { watch } from "../contract/server.js";

describe("a call on the wire", () => {
  it("aborts with a typed error that has the user's reason as its cause", () => {
    const controller = new AbortController();
    const call = new Call({}, controller.signal);
    controller.abort("Enough.");
    const reason: unknown = call.signal.reason;
    expect(ModelAbortError.isInstance(reason)).toBe(true);
    expect(reason).toMatchObject({ cause: "Enough." });
    expect(getRetryable(reason)).toBe(false);
  });

  it("takes a time-out of Node's for what it is", () => {
    const controller = new AbortController();
    const call = new Call({}, controller.signal);
    controller.abort(new DOMException("The operation timed out.", "TimeoutError"));
    expect(call.signal.reason).toMatchObject({ name: "CallTimeoutError", limit: "call" });
    expect(call.userAbort).toBeUndefined();
  });

  it("is aborted from the beginning where the signal is, and sends nothing", () => {
    const call = new Call({}, AbortSignal.abort());
    expect(call.signal.aborted).toBe(true);
    expect(() => call.startAttempt()).toThrow("aborted");
    expect(call.attempts).toEqual([]);
  });

  it("gives back the error with which it was aborted, and only that one", () => {
    const controller = new AbortController();
    const [aborted, left, silent] = [
      new Call({}, controller.signal),
      new Call({}, controller.signal),
      new Call({}, new AbortController().signal),
    ];
    left.leave();
    const reason = new Error("Enough.");
    controller.abort(reason);
    expect([aborted.userAbort, left.userAbort, silent.userAbort]).toEqual([reason, undefined, undefined]);
  });

  it("says whether a server may have worked for it", () => {
    const call = new Call({});
    expect(call.reachedServer).toBe(false);
    Object.assign(call.startAttempt(), { status: 503, error: "busy" });
    call.endAttempt();
    expect(call.reachedServer).toBe(false);
    Object.assign(call.startAttempt(), { reached: false, error: "ECONNREFUSED" });
    expect(call.reachedServer).toBe(false);
    call.startAttempt();
    expect(call.reachedServer).toBe(true);
    call.end();
  });

  it("is over once, whoever says so", async () => {
    const call = new Call({ timeoutMs: 1_000 });
    const over = watch(call.over);
    expect(over.settled).toBe(false);
    call.end();
    call.end();
    await over;
    expect(call.signal.aborted).toBe(true);
  });

  it("takes its listener off the user's signal when it is over", () => {
    const controller = new AbortController();
    const call = new Call({}, controller.signal);
    call.end();
    const { reason } = call.signal as { reason: unknown };
    controller.abort();
    expect(call.signal.reason).toBe(reason);
  });

  it("waits for some work, and no longer than it lives", async () => {
    const call = new Call({});
    expect(await call.orAborted(Promise.resolve(7))).toBe(7);
    await expect(call.orAborted(Promise.reject(new Error("work")))).rejects.toThrow("work");
    const waiting = call.orAborted(new Promise(() => undefined));
    call.leave();
    await expect(waiting).rejects.toThrow("left by its reader");
    await expect(call.orAborted(Promise.resolve(7))).rejects.toThrow("left by its reader");
    await expect(call.orAborted(Promise.reject(new Error("late")))).rejects.toThrow("left by its reader");
  });
});
