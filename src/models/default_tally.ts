import type { Callbacks } from "@langchain/core/callbacks/manager";
import { CostCallbackHandler } from "../books/cost_handler.js";
import { ConfigurationError } from "../base/errors.js";
import { shown } from "../base/shown.js";

/** The type of a model's tally, for those who must not know where it comes from. */
export type { CostCallbackHandler };

/**
 * The tally of a model: the one that the user passed, or a new one. The one place where models know that money exists.
 * @throws ConfigurationError for what is no handler
 */
export function tallyFor(costs: CostCallbackHandler | undefined): CostCallbackHandler {
  if (costs === undefined || costs === null) return new CostCallbackHandler();
  if (typeof costs === "object" && "handleLLMEnd" in costs) return costs;
  throw new ConfigurationError("costs", `\`costs\` is \`${shown(costs)}\`.`, "Pass a `CostCallbackHandler`.");
}

/** A model's callbacks with its tally among them, once. */
export function withTally(callbacks: Callbacks | undefined, tally: CostCallbackHandler): Callbacks {
  if (callbacks === undefined || callbacks === null) return [tally];
  if (Array.isArray(callbacks)) return callbacks.includes(tally) ? callbacks : [...callbacks, tally];
  const manager = callbacks.copy();
  if (!manager.handlers.includes(tally)) manager.addHandler(tally, false);
  return manager;
}
