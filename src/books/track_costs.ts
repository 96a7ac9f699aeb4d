import { checkGiven } from "../base/check_given.js";
import { isFunction } from "../base/check_options.js";
import { isObject } from "../base/json.js";
import { withAmbientHandler } from "./ambient_handler.js";
import { CostCallbackHandler } from "./cost_handler.js";
import type { CostCallbackHandlerInput } from "./options.js";

/** What was done, and what it cost. */
export interface Tracked<Result> {
  result: Result;
  /** Keeps counting for streams that are still being read. */
  costs: CostCallbackHandler;
}

const HEARD_NOTHING =
  "`trackCosts` heard of no run of LangChain while the function ran, so it counted nothing. It hears of what is called inside the function: not of what a generator or a callback does after the function has returned, nor where `AsyncLocalStorage` is lost on the way (a queue, a pool, a worker), nor of `@langchain/core` older than 0.3.25. Pass the handler in `callbacks` there";

/**
 * Meters every chat model that is called inside a function, by whomever and through whichever copy of core, with no
 * wiring. Calls inside a tracked function inside it count for both; functions that run at the same time count apart.
 * @param track - what to run. It is given the handler, for figures on the way, or where it throws
 * @param costs - options for a new handler, or a handler that is to go on counting
 * @throws ConfigurationError for what is no function and no handler; MeteredError where the runtime has no `AsyncLocalStorage`; what the function throws
 * @example
 * const { result, costs } = await trackCosts(() => agent.invoke({ messages }));
 * costs.totals.costUsd; // a decimal string
 */
export async function trackCosts<Result>(
  track: (costs: CostCallbackHandler) => Result | Promise<Result>,
  costs: CostCallbackHandler | CostCallbackHandlerInput = {},
): Promise<Tracked<Result>> {
  checkGiven("track", track, isFunction, "Pass a function that makes the calls.");
  checkGiven("costs", costs, isObject, "Pass a `CostCallbackHandler`, or the options of one.");
  // Not by `instanceof`: the handler may come from the package's other format.
  const handler = "handleLLMEnd" in costs ? costs : new CostCallbackHandler(costs);
  let isHeard = false;
  const heard = () => void (isHeard = true);
  const tracked = async (): Promise<Result> => {
    try {
      return await track(handler);
    } finally {
      if (!isHeard && isEmpty(handler)) handler.addWarning(HEARD_NOTHING);
    }
  };
  const result = await withAmbientHandler(handler, heard, tracked);
  return { result, costs: handler };
}

function isEmpty({ totals }: CostCallbackHandler): boolean {
  return totals.calls + totals.openCalls === 0;
}
