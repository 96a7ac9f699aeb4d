/** The entry point `langchain-metered/middleware`: budgets for LangChain's agents. */
export { budgetMiddleware, type BudgetMiddlewareOptions } from "./middleware/budget_middleware.js";
export type { BudgetAnswer, BudgetQuestion } from "./middleware/ask.js";
