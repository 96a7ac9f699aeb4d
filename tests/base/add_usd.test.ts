import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { addUsd, ConfigurationError } from "../../src/callbacks.js";
import { formatUsd } from "../../src/base/money.js";

describe("addUsd", () => {
  it.each<[string[], string]>([
    [[], "0"],
    [["5"], "5"],
    [["0.1", "0.2"], "0.3"],
    [["0.000000000001", "9007199254740993"], "9007199254740993.000000000001"],
    [["$1.50", " 0.50 "], "2"],
  ])("of %j is %j", (amounts, sum) => {
    expect(addUsd(...amounts)).toBe(sum);
  });

  it("is exact, whatever the amounts and their order", () => {
    const picos = fc.array(fc.bigInt({ min: 0n, max: 10n ** 20n }));
    fc.assert(
      fc.property(picos, (amounts) => {
        const sum = formatUsd(amounts.reduce((total, amount) => total + amount, 0n));
        expect(addUsd(...amounts.map(formatUsd))).toBe(sum);
        expect(addUsd(...amounts.map(formatUsd).reverse())).toBe(sum);
      }),
    );
  });

  it.each([
    ["a number", 0.1, "0.1"],
    ["an unknown cost", undefined, "undefined"],
    ["a sign", "-1", "-1"],
    ["an exponent", "1e-7", "1e-7"],
    ["a word", "cheap", "cheap"],
    ["more digits than a pico-dollar holds", "0.0000000000001", "0.0000000000001"],
  ])("refuses %s, and names it", (_, amount, shown) => {
    const adding = () => addUsd("0.1", amount as string); // as JavaScript would
    expect(adding).toThrow(ConfigurationError);
    expect(adding).toThrow(`\`${shown}\` is not an amount in USD`);
    expect(adding).toThrow("amounts[1]");
  });
});
