import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { boundText } from "../../src/ledger/bound_text.js";

const HALF = /\p{Cs}/u;

describe("a text that is too long", () => {
  it.each([
    ["abcdef", 6, "abcdef"],
    ["abcdefg", 6, "abcde…"],
    ["abcd😀g", 6, "abcd…"],
    ["abc😀ef", 6, "abc😀…"],
    ["", 6, ""],
  ])("%p, of which %i are kept: %p", (text, most, bound) => {
    expect(boundText(text, most)).toBe(bound);
  });

  it("is cut between characters, and no longer than it may be", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
        fc.integer({ min: 2, max: 40 }),
        (text, most) => {
          const bound = boundText(text, most);
          expect(bound.length).toBeLessThanOrEqual(most);
          expect(HALF.test(bound)).toBe(false);
          if (text.length > most) expect(text.startsWith(bound.slice(0, -1))).toBe(true);
        },
      ),
    );
  });

  it("does not stay in memory", () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const kept: string[] = [];
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 300; index += 1)
      kept.push(boundText(Buffer.alloc(100_000, "a").toString("latin1"), 256));
    collect();
    const grown = process.memoryUsage().heapUsed - before;
    expect(kept).toHaveLength(300);
    // All of them are 30 MB.
    expect(grown).toBeLessThan(3_000_000);
  });
});
