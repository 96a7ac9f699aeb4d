/**
 * What every store of budgets must do, as cases for any test runner.
 * @module langchain-metered/testing
 */
export type { BudgetStore, Draw, Hold, OpenHold, Pot, PotState, PotStates, Reserved } from "./budget/store.js";
export type { BudgetStoreCase, BudgetStoreHarness } from "./testing/harness.js";
export { budgetStoreSuite } from "./testing/suite.js";
