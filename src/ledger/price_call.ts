import { formatUsd, type Usd } from "../money.js";
import { costOfUsage, type Cost, type CostOptions, type CostQuery } from "../pricing/cost.js";
import type { UsageLike } from "../pricing/usage_buckets.js";
import type { CallFacts, EntryCost, UsageBounds } from "./entry.js";

/** A call's cost and the figures that contain it. Both bounds are the cost itself where usage was reported. */
export interface BoundedCost extends Cost {
  lowUsd: string | undefined;
  /** `undefined` when unpriced, and when nothing bounds the usage from above. */
  highUsd: string | undefined;
}

/** When a call was made, and how long it took. */
export interface CallTime {
  atMs: number;
  seconds?: number;
}

/** Prices one call. Never throws; what has no price is `unpriced`. */
export function priceCall(
  facts: CallFacts,
  time: CallTime,
  usage: UsageLike | undefined,
  estimate: UsageBounds | undefined,
  options: CostOptions,
): BoundedCost {
  const query: CostQuery = {
    provider: facts.provider,
    model: facts.modelRequested,
    servedModel: facts.modelServed,
    at: new Date(time.atMs),
    serviceTier: facts.tier,
    isPrivateHost: facts.privateHost,
    host: facts.host,
    seconds: time.seconds,
    // Checked by costOfUsage, which takes whatever the user wrote.
    declared: facts.pricing as CostQuery["declared"],
  };
  const cost = costOfUsage(usage, query, options);
  return { ...cost, ...boundsOf(cost, usage, estimate, (bound) => costOfUsage(bound, query, options).totalPico) };
}

type Price = (usage: UsageLike) => Usd | undefined;

function boundsOf(
  cost: Cost,
  usage: UsageLike | undefined,
  estimate: UsageBounds | undefined,
  price: Price,
): Pick<BoundedCost, "lowUsd" | "highUsd"> {
  const isExact = usage === undefined || estimate === undefined || cost.status !== "priced" || cost.components.gpu !== undefined;
  if (isExact) return { lowUsd: cost.totalUsd, highUsd: cost.totalUsd };
  const [lowInput, highInput] = estimate.inputTokens;
  const [lowOutput, highOutput] = estimate.outputTokens;
  const lows = cacheCases(usage, lowInput, lowOutput).map(price);
  const highs = highInput === null || highOutput === null ? [undefined] : cacheCases(usage, highInput, highOutput).map(price);
  return { lowUsd: format(least(lows)), highUsd: format(most(highs)) };
}

/** A server that did not report usage may have served all of the input from its cache, or none. */
function cacheCases(usage: UsageLike, input: number, output: number): UsageLike[] {
  const cached = usage.input_token_details?.cache_read;
  const cases = cached === undefined ? [0, input] : [Math.min(cached, input)];
  return cases.map((cache_read) => ({ input_tokens: input, output_tokens: output, input_token_details: { cache_read } }));
}

function least(amounts: readonly (Usd | undefined)[]): Usd | undefined {
  return amounts.reduce((a, b) => (a === undefined || b === undefined ? undefined : a < b ? a : b));
}

function most(amounts: readonly (Usd | undefined)[]): Usd | undefined {
  return amounts.reduce((a, b) => (a === undefined || b === undefined ? undefined : a > b ? a : b));
}

function format(amount: Usd | undefined): string | undefined {
  return amount === undefined ? undefined : formatUsd(amount);
}

/** The cost as the ledger has it. */
export function toEntryCost(cost: BoundedCost): EntryCost {
  const components: EntryCost["components"] = {};
  for (const [name, part] of Object.entries(cost.components)) {
    if (part === undefined) continue;
    const { pico: _, ...plain } = part;
    components[name] = plain;
  }
  return {
    status: cost.status,
    usd: cost.totalUsd ?? null,
    lowUsd: cost.lowUsd ?? null,
    highUsd: cost.highUsd ?? null,
    components,
    basis: cost.basis,
    row: cost.row,
    checkedOn: cost.checkedOn,
    reason: cost.reason,
    assumptions: cost.assumptions,
    warnings: cost.warnings,
  };
}

/** The cost of a call that spent nothing. */
export function nothingSpent(reason: string): EntryCost {
  return {
    status: "none",
    usd: "0",
    lowUsd: "0",
    highUsd: "0",
    components: {},
    basis: "none",
    row: null,
    checkedOn: null,
    reason,
    assumptions: [],
    warnings: [],
  };
}
