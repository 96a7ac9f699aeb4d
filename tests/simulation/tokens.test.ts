import { describe, expect, it } from "@jest/globals";
import { costOf } from "../../scripts/simulate/bill.js";
import { countTokens } from "../../scripts/simulate/tokens.js";

const cases: [text: string, bytes: number, pieces: number, runs: number][] = [
  ["", 0, 0, 0],
  ["tide", 4, 1, 1],
  ["tides", 5, 2, 1],
  ["low tide", 8, 3, 3],
  ["潮汐", 6, 1, 1],
  ["👩‍🔬", 11, 1, 1],
  [" ".repeat(129), 129, 33, 2],
  ["=".repeat(128), 128, 32, 1],
  ["a".repeat(17), 17, 5, 2],
];

describe("the tokenizers of the server under test", () => {
  it.each(cases)("count %j", (text, bytes, pieces, runs) => {
    expect(countTokens(text, "bytes")).toBe(bytes);
    expect(countTokens(text, "pieces")).toBe(pieces);
    expect(countTokens(text, "runs")).toBe(runs);
  });
});

describe("the bill", () => {
  it("charges cached tokens less, in whole pico-dollars", () => {
    const request = { key: "0", fault: "none", inputTokens: 1_000_000, cachedTokens: 250_000, outputTokens: 10 };
    // 750,000 x 0.15 + 250,000 x 0.015 + 10 x 0.60, all per million
    expect(costOf(request)).toBe(116_256_000_000n);
  });
});
