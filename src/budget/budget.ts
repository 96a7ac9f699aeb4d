import type { BudgetInput, BudgetState } from "./input.js";

/**
 * A limit that holds on the bill itself. Pass one to a `CostCallbackHandler`, to `withBudget`, to `budgetMiddleware`: all that have
 * it draw on the same pot.
 */
export class Budget {
  readonly name: string;

  /** @throws ConfigurationError */
  constructor(readonly input: BudgetInput) {
    this.name = input.name ?? "";
  }

  /** Where the budget stands, once leases that have ended are charged. @param key - whose pot. @default the only one's, `""` */
  async state(key = ""): Promise<BudgetState> {
    throw new Error(`not yet ${key}`);
  }
}
