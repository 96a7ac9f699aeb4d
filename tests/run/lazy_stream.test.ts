import { describe, expect, it } from "@jest/globals";
import { LazyStream } from "../../src/run/lazy_stream.js";

function counted() {
  const seen = { opened: 0, left: false };
  async function* numbers() {
    try {
      yield 1;
      yield 2;
    } finally {
      seen.left = true;
    }
  }
  const open = () => {
    seen.opened++;
    return Promise.resolve(numbers());
  };
  return { seen, stream: new LazyStream(open) };
}

describe("a stream that opens when it is read", () => {
  it("is opened once, at its first item", async () => {
    const { stream, seen } = counted();
    expect(seen.opened).toBe(0);
    const all: number[] = [];
    for await (const item of stream) all.push(item);
    expect(all).toEqual([1, 2]);
    expect(seen).toEqual({ opened: 1, left: true });
  });

  it("is never opened where its reader leaves before", async () => {
    const { stream, seen } = counted();
    await stream.return();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(seen.opened).toBe(0);
  });

  it("lets go what it opened when its reader leaves, or throws", async () => {
    const { stream, seen } = counted();
    for await (const _ of stream) break;
    expect(seen.left).toBe(true);
    await expect(stream.throw(new Error("enough"))).rejects.toThrow("enough");
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it("is over when it cannot be opened", async () => {
    const stream = new LazyStream<number>(() => Promise.reject(new Error("closed")));
    await expect(stream.next()).rejects.toThrow("closed");
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });
});
