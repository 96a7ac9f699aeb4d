import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { ConfigurationError } from "../../src/base/errors.js";
import {
  costOfTokens,
  divideRounded,
  formatUsd,
  parseUsd,
  toNumber,
  tryParseUsd,
  tryParseUsdOrNumber,
} from "../../src/base/money.js";

describe("parseUsd", () => {
  it.each([
    ["0", 0n],
    ["5", 5_000_000_000_000n],
    ["5.00", 5_000_000_000_000n],
    ["0.15", 150_000_000_000n],
    [".5", 500_000_000_000n],
    ["7.", 7_000_000_000_000n],
    ["$12.50", 12_500_000_000_000n],
    [" 0.006 ", 6_000_000_000n],
    ["0.000000000001", 1n],
    ["0.0000000000010000", 1n],
    ["00012", 12_000_000_000_000n],
    ["9007199254740993", 9_007_199_254_740_993_000_000_000_000n],
  ])("reads %j exactly", (text, pico) => {
    expect(parseUsd(text)).toBe(pico);
  });

  it.each([
    "",
    " ",
    ".",
    "$",
    "-1",
    "+1",
    "1e3",
    "1,000",
    "0x10",
    "NaN",
    "Infinity",
    "1.2.3",
    "0.0000000000001",
    "٣",
    "1 2",
    "9".repeat(65),
  ])("refuses %j and names it", (text) => {
    expect(() => parseUsd(text, "limitUsd")).toThrow(ConfigurationError);
    expect(() => parseUsd(text, "limitUsd")).toThrow(`\`${text.slice(0, 64)}\` is not an amount in USD (\`limitUsd\`)`);
    expect(tryParseUsd(text)).toBeUndefined();
  });

  it.each([undefined, null, 5, 5n, {}, ["1"]])("refuses %p, which is no string", (value) => {
    expect(tryParseUsd(value)).toBeUndefined();
  });

  it("refuses a very long string without reading it", () => {
    expect(tryParseUsd("1".repeat(10_000_000))).toBeUndefined();
  });
});

describe("tryParseUsdOrNumber", () => {
  it.each([
    [0, 0n],
    [0.1, 100_000_000_000n],
    [0.15, 150_000_000_000n],
    [3, 3_000_000_000_000n],
    [1e-7, 100_000n],
    [1.5e-7, 150_000n],
    [1e-12, 1n],
    [1e21, 1_000_000_000_000_000_000_000n * 1_000_000_000_000n],
    [1.5e21, 1_500_000_000_000_000_000_000n * 1_000_000_000_000n],
    ["0.2", 200_000_000_000n],
  ])("reads %p as its decimal form says", (value, pico) => {
    expect(tryParseUsdOrNumber(value)).toBe(pico);
  });

  it.each([NaN, Infinity, -Infinity, -0.1, 1e-13, 1e300, Number.MIN_VALUE, true])("refuses %p", (value) => {
    expect(tryParseUsdOrNumber(value)).toBeUndefined();
  });
});

describe("formatUsd", () => {
  it.each([
    [0n, "0"],
    [1n, "0.000000000001"],
    [123_000_000n, "0.000123"],
    [12_500_000_000_000n, "12.5"],
    [5_000_000_000_000n, "5"],
    [1_801_439_850_948_198_400_000n, "1801439850.9481984"],
    [-718_000_000n, "-0.000718"],
    [10_000_000_000_000_000_000n, "10000000"],
  ])("writes %p as %j", (pico, text) => {
    expect(formatUsd(pico)).toBe(text);
  });

  it("gives what parseUsd reads back, for any amount", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), (pico) => {
        const text = formatUsd(pico);
        expect(parseUsd(text)).toBe(pico);
        expect(text).toMatch(/^\d+(\.\d*[1-9])?$/);
      }),
    );
  });
});

describe("divideRounded", () => {
  it("is the nearest integer, and the even one of two, for any signs", () => {
    fc.assert(
      fc.property(
        fc.bigInt(),
        fc.bigInt().filter((divisor) => divisor !== 0n),
        (dividend, divisor) => {
          const quotient = divideRounded(dividend, divisor);
          const size = divisor < 0n ? -divisor : divisor;
          const error = dividend - quotient * divisor;
          const twice = 2n * (error < 0n ? -error : error);
          expect(twice <= size).toBe(true);
          if (twice === size) expect(quotient % 2n).toBe(0n);
        },
      ),
    );
  });
});

describe("costOfTokens", () => {
  it.each([
    ["0.006", 1n, "0.000000006"],
    ["0.00875", 3n, "0.00000002625"],
    ["15", 1_000_000n, "15"],
    ["0.2", 9_007_199_254_740_992n, "1801439850.9481984"],
  ])("charges %s per million for %p tokens exactly", (rate, tokens, cost) => {
    expect(formatUsd(costOfTokens(parseUsd(rate), tokens))).toBe(cost);
  });

  it("rounds half-even once where a pico-dollar is too coarse", () => {
    expect(costOfTokens(500_000n, 1n)).toBe(0n);
    expect(costOfTokens(500_000n, 3n)).toBe(2n);
    expect(costOfTokens(500_001n, 1n)).toBe(1n);
  });

  it("charges a sum of tokens as the sum of the charges, for rates of up to six decimals", () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), fc.nat(1_000_000), fc.nat(1_000_000), (micro, a, b) => {
        const rate = BigInt(micro) * 1_000_000n;
        expect(costOfTokens(rate, BigInt(a)) + costOfTokens(rate, BigInt(b))).toBe(costOfTokens(rate, BigInt(a + b)));
      }),
    );
  });
});

describe("toNumber", () => {
  it.each([
    ["0.1", 0.1],
    ["0.0024514", 0.0024514],
    ["12345678.9", 12345678.9],
  ])("is the double nearest to %s", (text, value) => {
    expect(toNumber(parseUsd(text))).toBe(value);
  });
});
