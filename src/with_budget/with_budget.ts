import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { ConfigurationError } from "../base/errors.js";
import { shown } from "../base/shown.js";
import { toBudgets, type Budget } from "../budget/budget.js";
import { BudgetGate } from "../budget/gate.js";
import type { BudgetInput } from "../budget/input.js";
import { areOwnFacts } from "../seam/own_facts.js";
import { fieldsOf } from "../base/json.js";
import { budgetOn, gateOn, isChatModel, type Gated } from "./gated_model.js";
import { checkGating, type WithBudgetOptions } from "./options.js";
import { ownModel } from "./own_model.js";

/** One budget or several: all of them grant a call, or none is charged. */
export type Budgets = Budget | BudgetInput | readonly (Budget | BudgetInput)[];

/**
 * A chat model of any package whose calls a budget allows, or denies before anything is sent. It is a model of the same class, also
 * for agents; what `withConfig`, `bindTools` and `withStructuredOutput` make of it keeps the budget. The model itself stays as it is.
 * @throws ConfigurationError
 * @example
 * const model = withBudget(new ChatOpenAI({ model: "gpt-5-mini" }), { limitUsd: "5.00", per: "day" }, { table: genaiPrices });
 */
export function withBudget<Model extends BaseChatModel>(
  model: Model,
  budget: Budgets,
  options: WithBudgetOptions = {},
): Model {
  if (!isChatModel(model))
    throw new ConfigurationError(
      "model",
      `\`withBudget\` was given \`${shown(model)}\`, which is no chat model.`,
      "Give the model a budget first, and bind tools or options to what it returns.",
    );
  checkGating(options);
  const budgets = toBudgets(budget);
  if (budgets.length === 0)
    throw new ConfigurationError("budget", "There is no budget.", 'Pass `{ limitUsd: "5.00" }`, or a `Budget`.');
  if (areOwnFacts(fieldsOf(model.metadata).metered)) return ownModel(model, budgets, options);
  const before = budgetOn(model);
  // Budgets that a model has already are asked together with these.
  const all: Gated<Model> = {
    model: before?.model ?? model,
    budgets: [...new Set([...(before?.budgets ?? []), ...budgets])],
  };
  const { pricing = before?.by.pricing, table = before?.by.settlement.table } = options;
  const { limitOutput = before?.by.limitOutput } = options;
  return gateOn(all, {
    gate: new BudgetGate(all.budgets, { table }),
    settlement: { table, trustsServers: false, unpricedAsZero: false },
    pricing,
    limitOutput,
    sendsUnlimited: all.budgets.every(({ terms }) => terms.onUnpriced === "allow"),
  });
}
