import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Tiktoken } from "js-tiktoken/lite";
import { MeteredError } from "../../src/base/errors.js";
import { MergeQueue, pieceTokens } from "../../src/usage/bpe/merges.js";
import { NO_RANK, rankTable as tableOf } from "../../src/usage/bpe/ranks.js";
import { bpeRanksOf, decodeTokens } from "../../src/usage/origin/cl100k.js";

const rankTable = (ranks: string) => tableOf(decodeTokens(ranks));
const bytes = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
const base64 = (text: string) => Buffer.from(text, "latin1").toString("base64");
const singles = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
const line = (first: number, tokens: string[]) => `! ${first} ${tokens.map(base64).join(" ")}`;

describe("the rank table", () => {
  const rankOf = rankTable([line(0, singles), line(1000, ["ab", "abc"]), line(300, ["zz"]), ""].join("\n"));

  it.each([
    ["a", 97],
    ["\u00ff", 255],
    ["ab", 1000],
    ["abc", 1001],
    ["zz", 300],
    ["bc", NO_RANK],
    ["abcd", NO_RANK],
  ])("knows the rank of %j", (token, rank) => {
    expect(rankOf(bytes(token), 0, token.length)).toBe(rank);
    expect(rankOf(bytes(`ab${token}c`), 2, 2 + token.length)).toBe(rank);
  });

  it.each(["", "! 0 YQ==", "garbage", `! 0 ${singles.slice(1).map(base64).join(" ")}`])("refuses %j", (data) => {
    expect(() => rankTable(data)).toThrow(MeteredError);
    expect(() => rankTable(data)).toThrow("`js-tiktoken@^1.0.21`");
  });
});

describe("merging", () => {
  // Ranks in an order that no training would give, so that a merge may open one of a lower rank to either side.
  const vocabulary = fc
    .uniqueArray(fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 2, maxLength: 5 }), { maxLength: 40 })
    .map((tokens) => line(0, [...singles, ...tokens]));
  const piece = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 130 });

  it("gives as many tokens as js-tiktoken under any ranks, in short and long pieces", () => {
    fc.assert(
      fc.property(vocabulary, fc.array(piece, { minLength: 1, maxLength: 4 }), (ranks, pieces) => {
        const reference = new Tiktoken({ pat_str: "[^]+", special_tokens: { "<|end|>": 9999 }, bpe_ranks: ranks });
        const rankOf = rankTable(ranks);
        for (const text of pieces) {
          expect(pieceTokens(bytes(text), 0, text.length, rankOf)).toBe(reference.encode(text).length);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("counts nothing in no bytes, and only the bytes that it is given", () => {
    const rankOf = rankTable(line(0, [...singles, "ab"]));
    expect(pieceTokens(bytes("abab"), 2, 2, rankOf)).toBe(0);
    expect(pieceTokens(bytes("abab"), 1, 3, rankOf)).toBe(2);
    expect(pieceTokens(bytes("ab".repeat(100)), 1, 199, rankOf)).toBe(100);
  });
});

describe("the merge queue", () => {
  it("gives numbers back from the smallest on", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0 })), (numbers) => {
        const queue = new MergeQueue(numbers.length);
        for (const number of numbers) queue.push(number);
        const sorted = numbers.map(() => queue.pop());
        expect(sorted).toEqual(numbers.toSorted((a, b) => a - b));
        expect(queue.pop()).toBeUndefined();
      }),
    );
  });
});

describe("rank files", () => {
  const ranks = { bpe_ranks: "! 0 YQ==" };

  it.each([
    ["required", ranks],
    ["imported", { default: ranks }],
    ["imported through another module system", { default: { default: ranks } }],
  ])("are found when %s", (_, module) => {
    expect(bpeRanksOf(module)).toBe("! 0 YQ==");
  });

  it.each([[undefined], [null], ["text"], [{}], [{ default: null }], [{ default: { bpe_ranks: 7 } }]])(
    "are missed in %j",
    (module) => {
      expect(() => bpeRanksOf(module)).toThrow(MeteredError);
    },
  );
});
