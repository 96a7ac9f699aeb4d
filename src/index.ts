/**
 * Chat models that know what every call costs.
 * @module langchain-metered
 */
export * from "./callbacks.js";
export * from "./fireworks.js";
export * from "./ollama.js";
export * from "./openllm.js";
export { withBudget, type Budgets } from "./with_budget/with_budget.js";
