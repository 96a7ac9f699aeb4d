import { notFit } from "../base/check_given.js";
import { isObject } from "../base/json.js";
import { admissionCases } from "./cases/admission.js";
import { extremeCases } from "./cases/extremes.js";
import { forgettingCases } from "./cases/forgetting.js";
import { historyCases } from "./cases/histories.js";
import { leaseCases } from "./cases/leases.js";
import { processCases } from "./cases/processes.js";
import { settlingCases } from "./cases/settling.js";
import { slidingCases } from "./cases/sliding.js";
import { windowCases } from "./cases/windows.js";
import type { BudgetStoreCase, BudgetStoreHarness } from "./harness.js";
import { begin, type Case } from "./trial.js";

const cases: readonly Case[] = [
  ...admissionCases,
  ...settlingCases,
  ...leaseCases,
  ...windowCases,
  ...slidingCases,
  ...processCases,
  ...extremeCases,
  ...historyCases,
  ...forgettingCases,
];

/**
 * What every store of budgets must do, for any test runner: each case throws where the store breaks its contract. Cases run one
 * after the other, since they share the store: `for (const { name, run } of budgetStoreSuite(harness)) test(name, run)`. What a harness
 * cannot do (`empty`, `snapshot`) has no case.
 */
export function budgetStoreSuite(harness: BudgetStoreHarness): BudgetStoreCase[] {
  if (!isObject(harness) || typeof harness.open !== "function")
    throw notFit("harness", harness, "Pass an object with a method `open` that returns a store.");
  return cases
    .filter(({ needs }) => needs === undefined || harness[needs] !== undefined)
    .map(({ name, run }) => ({
      name,
      run: async () => {
        try {
          await run(await begin(harness));
        } finally {
          await harness.close?.();
        }
      },
    }));
}
