import type { Callbacks } from "@langchain/core/callbacks/manager";
import { CostCallbackHandler } from "../callbacks/cost_handler.js";

/** The type of a model's tally, for those who must not know where it comes from. */
export type Tally = CostCallbackHandler;

/** The tally of a model for which the user passed none. The one place where models know that money exists. */
export function tallyFor(costs: Tally | undefined): Tally {
  return costs ?? new CostCallbackHandler();
}

/** A model's callbacks with its tally among them, once. */
export function withTally(callbacks: Callbacks | undefined, tally: Tally): Callbacks {
  if (callbacks === undefined) return [tally];
  if (Array.isArray(callbacks)) return callbacks.includes(tally) ? callbacks : [...callbacks, tally];
  const manager = callbacks.copy();
  if (!manager.handlers.includes(tally)) manager.addHandler(tally, false);
  return manager;
}
