import type { BudgetStore } from "../../src/budget/store.js";
import { memoryBudgetStore } from "../../src/budget/memory_store.js";
import type { BudgetStoreHarness } from "../../src/testing.js";

/** A store in memory is one for all that open it. @param alter - makes a broken one of it */
export function memoryHarness(
  alter: (store: BudgetStore, now: () => Date) => BudgetStore = (store) => store,
): BudgetStoreHarness {
  let store: BudgetStore | undefined;
  return {
    open: ({ now }) => (store ??= alter(memoryBudgetStore({ now }), now)),
    fresh: () => {
      store = undefined;
    },
  };
}
