import { withAmbientHandler } from "./ambient_handler.js";
import { CostCallbackHandler } from "./cost_handler.js";
import type { CostCallbackHandlerInput } from "./options.js";

/** What was done, and what it cost. */
export interface Tracked<Result> {
  result: Result;
  /** Keeps counting for streams that are still being read. */
  costs: CostCallbackHandler;
}

/**
 * Meters every chat model that is called inside a function, by whomever, with no wiring. Calls inside a tracked function
 * inside it count for both; functions that run at the same time count apart.
 * @param track - what to run. It is given the handler, for figures on the way, or where it throws
 * @param costs - options for a new handler, or a handler that is to go on counting
 * @throws MeteredError where the runtime has no `AsyncLocalStorage`; what the function throws
 * @example
 * const { result, costs } = await trackCosts(() => agent.invoke({ messages }));
 * costs.totals.costUsd; // a decimal string
 */
export async function trackCosts<Result>(
  track: (costs: CostCallbackHandler) => Result | Promise<Result>,
  costs: CostCallbackHandler | CostCallbackHandlerInput = {},
): Promise<Tracked<Result>> {
  // Not by `instanceof`: the handler may come from the package's other format.
  const handler = "handleLLMEnd" in costs ? costs : new CostCallbackHandler(costs);
  const result = await withAmbientHandler(handler, () => track(handler));
  return { result, costs: handler };
}
