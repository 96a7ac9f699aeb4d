import { describe, expect, it } from "@jest/globals";
import { DirectStream } from "../../src/run/direct_stream.js";

function letters() {
  const seen = { asked: 0, left: false };
  async function* generate() {
    try {
      for (const letter of "abc") {
        seen.asked++;
        yield letter;
      }
    } finally {
      seen.left = true;
    }
  }
  return { seen, stream: new DirectStream(generate()) };
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("a stream that is read as an iterator", () => {
  it("hands out all of its items, and then that it is over", async () => {
    const { stream } = letters();
    expect(await collect(stream)).toEqual(["a", "b", "c"]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it("asks for nothing ahead", async () => {
    const { stream, seen } = letters();
    await stream.next();
    expect(seen.asked).toBe(1);
  });

  it("lets its generator go when its reader leaves", async () => {
    const { stream, seen } = letters();
    for await (const _ of stream) break;
    expect(seen).toEqual({ asked: 1, left: true });
    expect(await collect(stream)).toEqual([]);
  });

  it("lets its generator go when its reader throws into it", async () => {
    const { stream, seen } = letters();
    await stream.next();
    await expect(stream.throw(new Error("enough"))).rejects.toThrow("enough");
    expect(seen.left).toBe(true);
  });

  it("fails as its generator does", async () => {
    const failing = new DirectStream(
      (async function* () {
        yield 1;
        throw new Error("broken");
      })(),
    );
    await failing.next();
    await expect(failing.next()).rejects.toThrow("broken");
  });
});

describe("a stream that is read as a web stream", () => {
  it("goes on from where an iterator has read", async () => {
    const { stream } = letters();
    await stream.next();
    const reader = stream.getReader();
    expect(await reader.read()).toEqual({ done: false, value: "b" });
    expect(await reader.read()).toEqual({ done: false, value: "c" });
    expect((await reader.read()).done).toBe(true);
  });

  it("can be split in two", async () => {
    const { stream } = letters();
    const [one, two] = stream.tee();
    expect(await collect(one)).toEqual(["a", "b", "c"]);
    expect(await collect(two)).toEqual(["a", "b", "c"]);
  });

  it("lets its generator go when it is cancelled, also through its reader", async () => {
    const first = letters();
    await first.stream.next();
    await first.stream.cancel();
    const second = letters();
    const reader = second.stream.getReader();
    await reader.read();
    await reader.cancel();
    expect([first.seen.left, second.seen.left]).toEqual([true, true]);
  });

  it("cannot be read as an iterator at the same time", async () => {
    const { stream } = letters();
    stream.getReader();
    await expect(stream.next()).rejects.toThrow("locked");
  });
});
