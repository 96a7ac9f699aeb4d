import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Quantiles } from "../../../src/cli/html/quantiles.js";

function of(times: readonly number[]): Quantiles {
  const quantiles = new Quantiles();
  for (const ms of times) quantiles.add(ms);
  return quantiles;
}

describe("quantiles", () => {
  it("are within 1 % of the time that is there", () => {
    const times = fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(times, fc.constantFrom(0.01, 0.5, 0.95, 1), (all, share) => {
        const exact = [...all].sort((a, b) => a - b)[Math.ceil(share * all.length) - 1];
        expect(Math.abs((of(all).at(share) ?? 0) / (exact ?? 0) - 1)).toBeLessThanOrEqual(0.01);
      }),
    );
  });

  it.each([
    ["the lower of two in the middle", [100, 200], 0.5, 100],
    ["one that nothing exceeds", [100, 200], 1, 200],
    ["the only one", [7000], 0.95, 7000],
    ["below a millisecond, none", [0, 0.9, 0.5], 0.95, 0],
  ])("%s", (_what, times, share, expected) => {
    const found = of(times).at(share);
    expect(Math.abs((found ?? -1) - expected)).toBeLessThanOrEqual(expected / 100);
  });

  it("of no times are not known", () => {
    expect(new Quantiles().at(0.5)).toBeUndefined();
  });
});
