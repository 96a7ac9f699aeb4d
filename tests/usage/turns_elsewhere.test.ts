import { afterEach, describe, expect, it, jest } from "@jest/globals";

const { setImmediate, MessageChannel } = globalThis;

const refuse = (): never => {
  throw new Error("A Node.js API is used which is not supported in the Edge Runtime.");
};

describe("a turn of the event loop in a runtime", () => {
  afterEach(() => void Object.assign(globalThis, { setImmediate, MessageChannel }));

  it.each<[string, object]>([
    ["whose `setImmediate` throws", { setImmediate: refuse }],
    ["that has no `setImmediate`", { setImmediate: undefined }],
    ["with timers only", { setImmediate: undefined, MessageChannel: undefined }],
    ["with timers only, where the rest throws", { setImmediate: refuse, MessageChannel: refuse }],
  ])("%s comes after everything that is due", async (_, globals) => {
    Object.assign(globalThis, globals);
    jest.resetModules();
    const { Turns } = await import("../../src/usage/turns.js");
    const turns = new Turns();
    const seen: string[] = [];
    void Promise.resolve().then(() => seen.push("promise"));
    turns.did(1e9);
    expect(turns.isFull()).toBe(true);
    await turns.pass();
    expect(turns.isFull()).toBe(false);
    expect(seen).toContain("promise");
  });
});
