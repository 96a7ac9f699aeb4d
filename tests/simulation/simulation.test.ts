import { describe, expect, it } from "@jest/globals";
import { disagreement, summaryOf, toFigures, toRunFigures } from "../../scripts/simulate/report.js";
import { simulate } from "../../scripts/simulate/simulation.js";

const CALLS = 300;
const SEED = "books";

describe("the ledger equals the bill", () => {
  it(`over ${CALLS} random calls`, async () => {
    const result = await simulate({ calls: CALLS, seed: SEED });
    const wrong = result.comparisons.filter(({ problems }) => problems.length > 0);
    // First, so that a failure says which calls they are.
    expect(wrong.flatMap((comparison) => disagreement(comparison, SEED))).toEqual([]);
    expect(result.problems).toEqual([]);
    const figures = toFigures(CALLS, result);
    expect(figures).toMatchObject({
      calls: CALLS,
      exact: { differenceUsd: 0 },
      estimated: { outside: 0 },
      openRuns: 0,
      ok: true,
    });
    expect(result.openSockets).toBe(0);
    expect(figures.exact.calls + figures.estimated.calls).toBe(CALLS);
    expect(Object.keys(figures.faults).length).toBeGreaterThan(20);
    const { runs, reported, estimated, unbounded, unspent, cacheHits } = toRunFigures(result);
    expect(reported).toBeGreaterThan(CALLS / 3);
    expect(estimated).toBeGreaterThan(CALLS / 4);
    expect(unbounded).toBeLessThan(estimated);
    expect(reported + estimated + unspent + cacheHits).toBe(runs);
    expect(summaryOf(result).join("\n")).toMatch(/the stream was left by its reader/);
  }, 120_000);

  it("repeats one call of a seed", async () => {
    const runs = (await simulate({ calls: 1, seed: SEED, only: 17 })).comparisons;
    expect(runs.length).toBeGreaterThan(0);
    expect(runs.every(({ key }) => key.startsWith("17."))).toBe(true);
  }, 60_000);
});
