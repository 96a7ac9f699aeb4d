import { ConfigurationError, type BudgetExceededError } from "../base/errors.js";
import { fieldsOf } from "../base/json.js";
import { shown } from "../base/shown.js";
import type { Budget } from "../budget/budget.js";
import { deniedState, type DeniedState } from "./last_message.js";

/** What a person is asked when a budget denies a call: the value of LangGraph's interrupt. Plain data. */
export interface BudgetQuestion {
  type: "budget_exceeded";
  message: string;
  budget: DeniedState;
  /** The types of answers that there are. `raise` only for the middleware's own budgets. */
  choices: BudgetAnswer["type"][];
}

/**
 * What to resume with. `end`: the agent ends with what it has. `raise`: another limit for the budget, in this process. `retry`: ask the
 * budget again, after its limit was raised elsewhere.
 */
export type BudgetAnswer =
  | { type: "end" }
  | {
      type: "raise";
      /** A new limit in USD, of a budget in dollars. */
      limitUsd?: string | number | undefined;
      /** A new limit of a budget in tokens. */
      limitTokens?: number | undefined;
      /** A new limit of a budget in calls. */
      limitCalls?: number | undefined;
    }
  | { type: "retry" };

/** What is to be asked about a refusal. */
export function questionOf(error: BudgetExceededError, budgets: readonly Budget[]): BudgetQuestion {
  const choices: BudgetQuestion["choices"] = isOf(error, budgets) ? ["end", "raise", "retry"] : ["end", "retry"];
  return { type: "budget_exceeded", message: error.message, budget: deniedState(error, budgets), choices };
}

/**
 * Does what a person answered.
 * @returns whether the call is to be tried again
 * @throws ConfigurationError for anything that is no answer
 */
export function obey(answer: unknown, error: BudgetExceededError, budgets: readonly Budget[]): boolean {
  const { type, ...limit } = fieldsOf(answer);
  if (type === "end") return false;
  if (type === "retry") return true;
  if (type !== "raise" || !isOf(error, budgets))
    throw new ConfigurationError(
      "resume",
      `The agent was resumed with \`${shown(answer)}\`, which is no answer to what it asked.`,
      'Resume with `{ type: "end" }`, `{ type: "retry" }` or, for a budget of the middleware, `{ type: "raise", limitUsd: "10" }`.',
    );
  for (const budget of budgets) if (budget.name === error.scope) budget.raise(limit);
  return true;
}

function isOf({ scope }: BudgetExceededError, budgets: readonly Budget[]): boolean {
  return budgets.some(({ name }) => name === scope);
}
