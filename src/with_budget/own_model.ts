import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { ConfigurationError } from "../base/errors.js";
import { CostCallbackHandler } from "../books/cost_handler.js";
import type { Budget } from "../budget/budget.js";
import { overlay } from "../base/overlay.js";
import type { WithBudgetOptions } from "./options.js";

/** A model of this package asks the gates among its run's handlers itself. */
export function ownModel<Model extends BaseChatModel>(
  model: Model,
  budget: readonly Budget[],
  { pricing, table, limitOutput }: WithBudgetOptions,
): Model {
  const extra = pricing === undefined ? (limitOutput === undefined ? undefined : "limitOutput") : "pricing";
  if (extra !== undefined)
    throw new ConfigurationError(
      extra,
      `This package's models need no \`${extra}\` from \`withBudget\`.`,
      "Declare `pricing` on the model itself; its output limit is known.",
    );
  const gate = new CostCallbackHandler({ budget, table });
  const { callbacks = [] } = model;
  return overlay(model, { callbacks: Array.isArray(callbacks) ? [...callbacks, gate] : callbacks.copy([gate], false) });
}
