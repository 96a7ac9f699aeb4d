import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { GroupedStream, groupsOf } from "../../src/run/grouped_stream.js";

/** A stream of some groups, and what became of them. */
function streamOf(groups: readonly (readonly number[])[], error?: Error, isOver?: () => boolean) {
  const seen = { given: 0, left: false };
  async function* give() {
    try {
      for (const group of groups) {
        seen.given++;
        yield [...group];
      }
      if (error) throw error;
    } finally {
      seen.left = true;
    }
  }
  return { seen, stream: new GroupedStream(give(), isOver) };
}

const anyGroups = fc.array(fc.array(fc.integer(), { minLength: 1, maxLength: 4 }), { maxLength: 6 });

async function all(items: AsyncIterable<number>): Promise<number[]> {
  const read: number[] = [];
  for await (const item of items) read.push(item);
  return read;
}

describe("a stream that comes in groups", () => {
  it("gives their items one by one, in their order", async () => {
    await fc.assert(
      fc.asyncProperty(anyGroups, async (groups) => {
        expect(await all(streamOf(groups).stream)).toEqual(groups.flat());
      }),
    );
  });

  it("gives them in their order also to who asks for more before the last has come", async () => {
    await fc.assert(
      fc.asyncProperty(anyGroups, async (groups) => {
        const { stream } = streamOf(groups);
        const items = groups.flat();
        const results = await Promise.all(Array.from({ length: items.length + 2 }, () => stream.next()));
        expect(results.slice(0, items.length).map(({ value }) => value)).toEqual(items);
        expect(results.slice(items.length).map(({ done }) => done)).toEqual([true, true]);
      }),
    );
  });

  it("asks for no group before the last one has been read", async () => {
    const { stream, seen } = streamOf([[1, 2], [3]]);
    await stream.next();
    await stream.next();
    expect(seen.given).toBe(1);
    await stream.next();
    expect(seen.given).toBe(2);
  });

  it("fails after the items that came before, and to all who wait", async () => {
    const { stream } = streamOf([[1]], new Error("broke off"));
    expect((await stream.next()).value).toBe(1);
    const [first, second] = await Promise.allSettled([stream.next(), stream.next()]);
    expect(first).toMatchObject({ status: "rejected", reason: { message: "broke off" } });
    expect(second).toMatchObject({ status: "fulfilled", value: { done: true } });
  });

  it("gives nothing more of a group that is for nobody, and lets the groups say why", async () => {
    let isOver = false;
    const { stream, seen } = streamOf([[1, 2, 3], [4]], undefined, () => isOver);
    expect((await stream.next()).value).toBe(1);
    isOver = true;
    expect((await stream.next()).value).toBe(4);
    expect(seen.given).toBe(2);
  });

  it.each<[string, (stream: GroupedStream<number>) => Promise<unknown>]>([
    ["leaves", (stream) => stream.return()],
    ["throws", (stream) => stream.throw(new Error("enough")).catch(() => undefined)],
    ["is disposed of", (stream) => stream[Symbol.asyncDispose]()],
  ])("lets its groups go when its reader %s, in the middle of one", async (_, leave) => {
    const { stream, seen } = streamOf([[1, 2], [3]]);
    await stream.next();
    await leave(stream);
    expect(seen).toEqual({ given: 1, left: true });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it("gives nothing more once its reader has left, also of a group that was on its way", async () => {
    const { stream } = streamOf([[1, 2], [3]]);
    const first = stream.next();
    const left = stream.return();
    expect((await first).value).toBe(1);
    await left;
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it("is read by its groups where somebody can take them, and others are groups of one", async () => {
    async function* others() {
      yield 1;
      yield 2;
    }
    const read: (readonly number[])[] = [];
    for await (const group of groupsOf(streamOf([[1, 2], [3]]).stream)) read.push(group);
    for await (const group of groupsOf(others())) read.push(group);
    expect(read).toEqual([[1, 2], [3], [1], [2]]);
  });
});
