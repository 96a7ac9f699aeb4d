import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { RunnableBinding } from "@langchain/core/runnables";
import { fieldsOf } from "../base/json.js";
import type { Budget } from "../budget/budget.js";
import { areOwnFacts } from "../seam/own_facts.js";
import { budgetOn, isChatModel } from "../with_budget/gated_model.js";
import type { WithBudgetOptions } from "../with_budget/options.js";
import { withBudget } from "../with_budget/with_budget.js";

/** Puts budgets on whatever model an agent uses: each model once, and none twice under the same budget. */
export class Gated {
  readonly #gated = new WeakMap<object, object>();

  constructor(
    private readonly budgets: readonly Budget[],
    private readonly options: WithBudgetOptions,
  ) {}

  /** The model with the budgets on it. What is no chat model, nor made of one by options, stays as it is. */
  of<Model extends object>(model: Model): Model {
    const known = this.#gated.get(model) ?? this.#gate(model);
    this.#gated.set(model, known);
    // A gated model may meet the middleware again.
    this.#gated.set(known, known);
    return known as Model; // a gate keeps the model's type
  }

  #gate(model: object): object {
    if (RunnableBinding.isRunnableBinding(model)) {
      const { bound, config, kwargs, configFactories } = model;
      return new RunnableBinding({ bound: this.of(bound), config, kwargs, configFactories });
    }
    if (!isChatModel(model)) return model;
    const before = budgetOn(model)?.budgets ?? [];
    const budgets = this.budgets.filter((budget) => !before.includes(budget));
    if (budgets.length === 0) return model;
    const { table } = this.options;
    const isOurs = areOwnFacts(fieldsOf(fieldsOf(model).metadata).metered);
    return withBudget(model as BaseChatModel, budgets, isOurs ? { table } : this.options); // core asks it as one
  }
}
