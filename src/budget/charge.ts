import type { EntryCost, EntryUsage } from "../ledger/entry.js";
import type { Terms } from "./terms.js";
import { toAmount } from "./unit.js";

/**
 * What a budget is charged for a call that has ended: the server's figure, else the upper end of the interval, else all that was
 * held. Calls are charged by their requests.
 */
export function chargeOf(terms: Terms, cost: EntryCost, usage: EntryUsage | undefined, held: number): number {
  if (cost.status === "none" || terms.unit === "calls") return 0;
  return terms.unit === "usd" ? dollarsOf(terms, cost, held) : tokensOf(terms, usage, held);
}

function dollarsOf({ charge }: Terms, { usd, highUsd }: EntryCost, held: number): number {
  const known = usd === null ? undefined : toAmount(usd, "usd");
  if (known === undefined) return held;
  if (charge === "expected") return known;
  return (highUsd === null ? undefined : toAmount(highUsd, "usd")) ?? Math.max(known, held);
}

function tokensOf({ charge }: Terms, usage: EntryUsage | undefined, held: number): number {
  if (usage === undefined) return held;
  const { inputTokens, outputTokens, estimate } = usage;
  const known = inputTokens + outputTokens;
  if (estimate === undefined || charge === "expected") return known;
  const [, input] = estimate.inputTokens;
  const [, output] = estimate.outputTokens;
  return input === null || output === null ? Math.max(known, held) : input + output;
}
