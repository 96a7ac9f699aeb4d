import { describe, it } from "@jest/globals";
import { budgetStoreSuite } from "../../src/testing.js";
import { memoryHarness } from "./memory_harness.js";

describe("A store of budgets in memory", () => {
  for (const { name, run } of budgetStoreSuite(memoryHarness())) it(name, run);
});
