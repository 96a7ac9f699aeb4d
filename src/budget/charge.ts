import type { EntryCost, EntryUsage } from "../ledger/entry.js";
import type { Terms } from "./terms.js";
import { toAmount } from "./unit.js";

/**
 * What a budget is charged for a call that has ended: the server's figure, else the upper end of the interval, else all that was
 * held. Calls are charged by their requests.
 * @param held - for the call; `undefined` where it was not asked about
 */
export function chargeOf(
  terms: Terms,
  cost: EntryCost,
  usage: EntryUsage | undefined,
  held: number | undefined,
): number {
  if (cost.status === "none" || terms.unit === "calls") return 0;
  const [known, most] = terms.unit === "usd" ? dollarsOf(cost) : tokensOf(usage);
  if (known === undefined) return held ?? 0;
  if (terms.charge === "expected") return known;
  // The hold is an upper end too, and not always the farther one: what contains the bill twice is charged at the nearer end. It is
  // none where the call was sent although nothing bounded it.
  const bound = held === 0 || terms.onExceed === "warn" ? undefined : held;
  return Math.max(known, Math.min(most ?? bound ?? known, bound ?? Infinity));
}

/** The figure, and what it is at most; `undefined` where that is not known. */
type Charge = [known: number | undefined, most?: number | undefined];

function dollarsOf({ usd, highUsd }: EntryCost): Charge {
  return [usd === null ? undefined : toAmount(usd, "usd"), highUsd === null ? undefined : toAmount(highUsd, "usd")];
}

function tokensOf(usage: EntryUsage | undefined): Charge {
  if (usage === undefined) return [undefined];
  const { inputTokens, outputTokens, estimate } = usage;
  const known = inputTokens + outputTokens;
  if (estimate === undefined) return [known, known];
  const [, input] = estimate.inputTokens;
  const [, output] = estimate.outputTokens;
  return [known, input === null || output === null ? undefined : input + output];
}
