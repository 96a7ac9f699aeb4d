import { describe, expect, it } from "@jest/globals";
import { budgetStoreSuite, type BudgetStoreHarness } from "../../src/testing.js";
import { mistakes } from "./broken_stores.js";
import { memoryHarness } from "./memory_harness.js";
import { restartableHarness } from "./restartable_store.js";

/** The names of the cases that fail, and why. */
async function failuresOf(harness: BudgetStoreHarness): Promise<Map<string, string>> {
  const failures = new Map<string, string>();
  for (const { name, run } of budgetStoreSuite(harness)) {
    await run().catch((error: unknown) => failures.set(name, String(error)));
  }
  return failures;
}

const forgetting = [
  "a store that was emptied grants nothing to those who have seen it",
  "a store that was emptied while holds were open does not forget them silently",
  "a store that came back from an old snapshot grants nothing to those who have seen it later",
];

describe("The suite of stores", () => {
  it("has a name of its own for each case", () => {
    const names = budgetStoreSuite(restartableHarness(true)).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it("has no cases for what a harness cannot do", () => {
    const names = budgetStoreSuite(memoryHarness()).map(({ name }) => name);
    expect(names.filter((name) => forgetting.includes(name))).toEqual([]);
  });

  it.each(mistakes)("finds a store that $is", async ({ make, foundBy }) => {
    const failures = await failuresOf(memoryHarness(make));
    expect([...failures.keys()]).toContain(foundBy);
    expect(failures.get(foundBy)).toMatch(/^Error: .*should/);
  });

  it("finds a store that forgets", async () => {
    expect([...(await failuresOf(restartableHarness(false))).keys()]).toEqual(forgetting);
  });

  it("passes a store that notices that it has forgotten", async () => {
    expect(await failuresOf(restartableHarness(true))).toEqual(new Map());
  });

  it("closes after each case, also after one that failed", async () => {
    let closed = 0;
    const harness = { ...memoryHarness(mistakes[0]?.make), close: () => void (closed += 1) };
    await failuresOf(harness);
    expect(closed).toBe(budgetStoreSuite(harness).length);
  });
});
