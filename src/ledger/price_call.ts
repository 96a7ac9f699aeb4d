import { formatUsd, type Usd } from "../base/money.js";
import type { CostComponents } from "../pricing/components.js";
import { costWithoutJson, type Cost, type CostOptions, type CostQuery } from "../pricing/cost.js";
import type { UsageLike } from "../pricing/usage_buckets.js";
import type { CallFacts, EntryCost, UsageBounds } from "./entry.js";

/** A call's cost and the figures that contain it. Both bounds are the cost itself where usage was reported. */
export interface BoundedCost extends Cost {
  lowUsd: string | undefined;
  /** `undefined` when unpriced, when nothing bounds the usage from above, and when something was counted that has no price. */
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
  const query = toCostQuery(facts, time);
  const cost = costWithoutJson(usage, query, options);
  const { lowUsd, highUsd } = boundsOf(
    cost,
    usage,
    estimate,
    (bound) => costWithoutJson(bound, query, options).totalPico,
  );
  const bounded = cost as BoundedCost; // it is, from here on
  bounded.lowUsd = lowUsd;
  bounded.highUsd = highUsd;
  return bounded;
}

/** All that the price of a call depends on. */
export function toCostQuery(facts: CallFacts, time: CallTime): CostQuery {
  return {
    provider: facts.provider,
    model: facts.modelRequested,
    servedModel: facts.modelServed,
    at: new Date(time.atMs),
    serviceTier: facts.tier,
    requestedTier: facts.tierRequested,
    isPrivateHost: facts.privateHost,
    host: facts.host,
    clientOf: facts.clientOf,
    seconds: time.seconds,
    serverCost: facts.serverCost,
    isServerTrusted: facts.isServerTrusted,
    // Checked where it is used, which takes whatever the user wrote.
    declared: facts.pricing as CostQuery["declared"],
  };
}

type Price = (usage: UsageLike) => Usd | undefined;

function boundsOf(
  cost: Cost,
  usage: UsageLike | undefined,
  estimate: UsageBounds | undefined,
  price: Price,
): Pick<BoundedCost, "lowUsd" | "highUsd"> {
  const isExact =
    usage === undefined ||
    estimate === undefined ||
    cost.status !== "priced" ||
    (cost.components.gpu ?? cost.components.call) !== undefined;
  if (isExact) return { lowUsd: cost.totalUsd, highUsd: cost.isLowerBound ? undefined : cost.totalUsd };
  const [lowInput, highInput] = estimate.inputTokens;
  const [lowOutput, highOutput] = estimate.outputTokens;
  const [ofLeast, ofMost] = estimate.cachedInputTokens ?? [];
  const lows = cacheCases(usage, lowInput, lowOutput, ofLeast).map(price);
  const highs =
    highInput === null || highOutput === null || cost.isLowerBound
      ? [undefined]
      : cacheCases(usage, highInput, highOutput, ofMost).map(price);
  // Kinds of tokens that the bounds do not tell apart may be cheaper or dearer than the rest.
  const own = cost.totalPico;
  return { lowUsd: format(least([own, ...lows])), highUsd: format(most([own, ...highs])) };
}

/**
 * The extremes of what a server that did not report usage may have done with the input: read no more of it from its
 * cache than is known, read all of it there, or write all of it there. Where it is said how much was read, only the writing
 * is open.
 */
function cacheCases(usage: UsageLike, input: number, output: number, said?: number): UsageLike[] {
  const known = Math.min(said ?? usage.input_token_details?.cache_read ?? 0, input);
  const read = said === undefined ? [{ cache_read: input }] : [];
  const cases = [{ cache_read: known }, ...read, { cache_read: known, cache_creation: input - known }];
  return cases.map((input_token_details) => ({ input_tokens: input, output_tokens: output, input_token_details }));
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
  return {
    status: cost.status,
    usd: cost.totalUsd ?? null,
    lowUsd: cost.lowUsd ?? null,
    highUsd: cost.highUsd ?? null,
    components: toEntryComponents(cost.components),
    basis: cost.basis,
    row: cost.row,
    checkedOn: cost.checkedOn,
    reason: cost.reason,
    assumptions: cost.assumptions,
    warnings: cost.warnings,
  };
}

function toEntryComponents(parts: CostComponents): EntryCost["components"] {
  const components: EntryCost["components"] = {};
  for (const [name, part] of Object.entries(parts)) {
    if (part === undefined) continue;
    const { pico: _, ...plain } = part;
    components[name] = plain;
  }
  return components;
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
