import type { CostOptions } from "../pricing/cost.js";
import { instantOf } from "../pricing/dates.js";
import { answerFacts, mergeFacts } from "./call_facts.js";
import { priceCall, type BoundedCost } from "../ledger/price_call.js";
import { usageOfAnswer } from "./usage_report.js";

/** What of a message decides its cost: any LangChain `AIMessage` has it. */
export interface PricedMessage {
  usage_metadata?: object;
  response_metadata?: object;
}

/** What a message cannot say, or what is to be assumed instead. */
export interface CostOfOptions extends CostOptions {
  /** The day of the call; a text is read as `Date` reads it. @default the one that the message names, else now */
  at?: Date | string;
  /** @default the provider that the message names */
  provider?: string;
  /** Price the usage as that of another model. */
  model?: string;
  /** How long the call took, in seconds; needed where GPU hours are declared. @default as long as the server took, where the message says */
  seconds?: number;
}

/**
 * What one message cost, with the figures that contain it where its usage is an estimate. A pure function of message,
 * date and table, so it can be asked again with a newer table. Never throws; what has no price is `unpriced`.
 * @example costOf(await model.invoke("Why do tides come twice a day?")).totalUsd; // a decimal string, or undefined
 */
export function costOf(message: PricedMessage, options: CostOfOptions = {}): BoundedCost {
  const { at, provider, model, seconds, ...pricing } = options;
  const answer = answerFacts(message);
  const facts = mergeFacts({ provider, modelRequested: model }, answer);
  const served = answer.serverMs === undefined ? undefined : answer.serverMs / 1000;
  const time = {
    atMs: at === undefined ? (answer.createdMs ?? Date.now()) : instantOf(at),
    seconds: seconds ?? served,
  };
  const { usage, estimate, problem } = usageOfAnswer(message);
  const cost = priceCall(
    model === undefined ? facts : { ...facts, modelServed: undefined },
    time,
    usage,
    estimate,
    pricing,
  );
  return problem === undefined ? cost : { ...cost, reason: problem, warnings: [...cost.warnings, problem] };
}
