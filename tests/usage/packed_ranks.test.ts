import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import ranksOfO200k from "js-tiktoken/ranks/o200k_base";
import { packTokens } from "../../scripts/ranks/packed.js";
import { atOnce } from "../../src/usage/bpe/in_steps.js";
import { o200k } from "../../src/usage/bpe/o200k.js";
import { DIGITS, rankClass, unpackTokens } from "../../src/usage/bpe/unpack.js";
import { decodeTokens } from "../../src/usage/origin/cl100k.js";

describe("the packed vocabulary", () => {
  it("is js-tiktoken's, token by token", () => {
    const theirs = decodeTokens(ranksOfO200k.bpe_ranks);
    const ours = atOnce(unpackTokens(o200k));
    expect(ours.count).toBe(199_998);
    expect(ours.count).toBe(theirs.count);
    for (const part of ["bytes", "starts", "ranks"] as const) {
      expect(Buffer.compare(Buffer.from(ours[part].buffer), Buffer.from(theirs[part].buffer))).toBe(0);
    }
  });
});

describe("packing", () => {
  it("has a class in one digit for every rank below 2^18", () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 18 - 5 }), (rank) => {
        const { digit, bits } = rankClass(rank);
        expect(digit).toBeLessThan(DIGITS.length);
        expect(bits).toBe(digit >> 2);
      }),
    );
  });

  it("gives back any vocabulary that is made by merging", () => {
    const merges = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 60 });
    fc.assert(
      fc.property(merges, (pairs) => {
        const texts = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(255 - byte));
        for (const [a, b] of pairs) {
          const text = `${texts[a % texts.length]}${texts[b % texts.length]}`;
          if (!texts.includes(text) && text.length < 500) texts.push(text);
        }
        const bytes = new Uint8Array(Buffer.from(texts.join(""), "latin1"));
        const starts = new Uint32Array(texts.length + 1);
        texts.forEach((text, rank) => (starts[rank + 1] = (starts[rank] ?? 0) + text.length));
        const tokens = { bytes, starts, ranks: Uint32Array.from(texts, (_, rank) => rank), count: texts.length };
        expect(atOnce(unpackTokens(packTokens(tokens)))).toEqual(tokens);
      }),
    );
  });
});
