import { describe, expect, it } from "@jest/globals";
import {
  costFigure,
  rangeOf,
  readableMs,
  readablePercent,
  readableTokens,
  readableUsd,
} from "../../../src/cli/html/figures.js";
import { summarize } from "../../../src/ledger/summary.js";
import { cost, entry } from "../../ledger/entries.js";

describe("figures are read as", () => {
  it.each([
    ["0", "$0"],
    ["0.000000000001", "$0.000000000001"],
    ["0.0012345", "$0.00123"],
    ["0.00999996", "$0.01"],
    ["0.01", "$0.01"],
    ["0.995", "$1.00"],
    ["1234.5", "$1,234.50"],
    ["999999.999", "$1,000,000.00"],
    ["12345678", "$12.35 million"],
    ["123456789012345678.5", "$123.46 quadrillion"],
  ])("%s USD: %s", (usd, shown) => expect(readableUsd(usd)).toBe(shown));

  it.each([
    [99_999, "99,999"],
    [123_456, "123k"],
    [999_499, "999k"],
    [999_500, "1M"],
    [12_345_678, "12.3M"],
    [999_999_999, "1B"],
    [2.5e12, "2.5T"],
  ])("%d tokens: %s", (tokens, shown) => expect(readableTokens(tokens)).toBe(shown));

  it.each([
    [12.4, "12 ms"],
    [3126, "3.13 s"],
    [150_000, "2.5 min"],
  ])("%d milliseconds: %s", (ms, shown) => expect(readableMs(ms)).toBe(shown));

  it.each([
    [0, "0 %"],
    [0.01, "< 0.1 %"],
    [33.333, "33.3 %"],
    [99.99, "> 99.9 %"],
    [100, "100 %"],
  ])("%d percent: %s", (percent, shown) => expect(readablePercent(percent)).toBe(shown));
});

describe("a range", () => {
  const range = (usd: string, lowUsd: string, highUsd: string | null) =>
    rangeOf({ ...summarize([entry({ cost: cost(usd, { lowUsd, highUsd }) })], "day").total })?.shown;

  it.each([
    ["1.5", "1", "2", "$1.00 to $2.00"],
    ["1.5", "1", null, "$1.00 to ?"],
    ["1.5", "1.5", "1.5", undefined],
    ["0.7812", "0.7801", "0.7824", "$0.780 to $0.782"],
    ["1234.5", "1234.50001", "1234.50002", "$1,234.50001 to $1,234.50002"],
  ])("of %s from %s to %s is read as %s", (usd, low, high, shown) => expect(range(usd, low, high)).toBe(shown));
});

it("an amount keeps its exact figure beside it", () => {
  expect(costFigure(summarize([entry({ cost: cost("0.123456789012") })], "day").total)).toEqual({
    shown: "$0.12",
    exact: "$0.123456789012",
    sortBy: "0.123456789012",
  });
});
