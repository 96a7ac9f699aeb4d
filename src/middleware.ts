/**
 * Budgets and prompt caching for LangChain's agents.
 * @module langchain-metered/middleware
 */
export { budgetMiddleware, type BudgetMiddlewareOptions } from "./middleware/budget_middleware.js";
export type { BudgetAnswer, BudgetQuestion } from "./middleware/ask.js";
export type { DeniedState } from "./middleware/last_message.js";
export {
  fireworksPromptCachingMiddleware,
  type FireworksPromptCachingOptions,
} from "./providers/fireworks/caching_middleware.js";
