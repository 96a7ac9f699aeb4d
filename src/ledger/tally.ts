import { formatUsd, tryParseUsd, type Usd } from "../base/money.js";
import type { EntryCost, LedgerEntry } from "./entry.js";

/** Sums over calls. `calls` is every run that ended; the other counts say of how many of them something holds. */
export interface Totals {
  calls: number;
  /** All input tokens, cached ones included. */
  inputTokens: number;
  cachedInputTokens: number;
  /** All output tokens, those of reasoning included. */
  outputTokens: number;
  reasoningTokens: number;
  totalTokens: number;
  /** The known part of the cost, a decimal string in USD; `undefined` when no call could be priced. */
  costUsd: string | undefined;
  /** The least that the priced calls can have cost: below `costUsd` where usage was estimated. */
  lowUsd: string | undefined;
  /** The most that the priced calls can have cost; `undefined` when nothing bounds one of them from above. */
  highUsd: string | undefined;
  /** Calls whose cost is not known: no price, no usage, or an amount that cannot be summed. They are not in `costUsd`. */
  unpricedCalls: number;
  /** Calls whose usage is an estimate. */
  estimatedCalls: number;
  /** Calls that nothing bounds from above: estimates, and calls that were billed for something that has no price. */
  unboundedCalls: number;
  /** Calls that may have spent something, but reported no usage. */
  callsWithoutUsage: number;
  errorCalls: number;
  abortedCalls: number;
  deniedCalls: number;
  cacheHits: number;
}

/** Adds entries up. Exact: amounts are integers in pico-dollars. */
export class Tally {
  readonly #counts = emptyCounts();
  #known = 0;
  #cost: Usd = 0n;
  #low: Usd = 0n;
  #high: Usd = 0n;

  /**
   * Takes one entry in. All that can fail comes before the first sum changes.
   * @param amounts - for who adds an entry to several tallies: reading them is what takes the time
   */
  add({ usage, cost, outcome }: LedgerEntry, amounts = amountsOf(cost)): void {
    const counts = this.#counts;
    counts.calls += 1;
    counts.inputTokens += usage?.inputTokens ?? 0;
    counts.cachedInputTokens += usage?.cachedInputTokens ?? 0;
    counts.outputTokens += usage?.outputTokens ?? 0;
    counts.reasoningTokens += usage?.reasoningTokens ?? 0;
    counts.totalTokens = counts.inputTokens + counts.outputTokens;
    counts.unpricedCalls += Number(cost.status === "unpriced" || amounts === undefined);
    counts.estimatedCalls += Number(usage?.source === "estimated");
    counts.unboundedCalls += Number(amounts !== undefined && amounts.high === undefined);
    counts.callsWithoutUsage += Number(usage === undefined && cost.status !== "none");
    counts.errorCalls += Number(outcome === "error");
    counts.abortedCalls += Number(outcome === "aborted");
    counts.deniedCalls += Number(outcome === "denied");
    counts.cacheHits += Number(outcome === "cache-hit");
    if (amounts === undefined) return;
    this.#known += 1;
    this.#cost += amounts.cost;
    this.#low += amounts.low;
    this.#high += amounts.high ?? 0n;
  }

  /** Takes in all that another tally took. */
  merge(other: Tally): void {
    const names = Object.keys(this.#counts) as (keyof Counts)[]; // it has no others
    for (const name of names) this.#counts[name] += other.#counts[name];
    this.#known += other.#known;
    this.#cost += other.#cost;
    this.#low += other.#low;
    this.#high += other.#high;
  }

  /** The sums so far, as a copy. */
  totals(): Totals {
    const isKnown = this.#known > 0 || this.#counts.calls === 0;
    const { unboundedCalls } = this.#counts;
    return {
      ...this.#counts,
      costUsd: isKnown ? formatUsd(this.#cost) : undefined,
      lowUsd: isKnown ? formatUsd(this.#low) : undefined,
      highUsd: isKnown && unboundedCalls === 0 ? formatUsd(this.#high) : undefined,
    };
  }
}

/** The amounts of a cost; `undefined` where it is not known. `high` is `undefined` where nothing bounds it. */
export type Amounts = { cost: Usd; low: Usd; high: Usd | undefined } | undefined;

/** Reads the amounts of a cost. */
export function amountsOf(cost: EntryCost): Amounts {
  const known = tryParseUsd(cost.usd);
  if (known === undefined) return undefined;
  const { usd, lowUsd, highUsd } = cost;
  // Nearly always all three are one.
  return {
    cost: known,
    low: lowUsd === usd ? known : (tryParseUsd(lowUsd) ?? known),
    high: highUsd === usd ? known : tryParseUsd(highUsd),
  };
}

type Counts = Omit<Totals, "costUsd" | "lowUsd" | "highUsd">;

function emptyCounts(): Counts {
  return {
    calls: 0,
    inputTokens: 0,
    cachedInputTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
    totalTokens: 0,
    unpricedCalls: 0,
    estimatedCalls: 0,
    unboundedCalls: 0,
    callsWithoutUsage: 0,
    errorCalls: 0,
    abortedCalls: 0,
    deniedCalls: 0,
    cacheHits: 0,
  };
}
