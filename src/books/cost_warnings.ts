import type { EntryCost, LedgerEntry } from "../ledger/entry.js";

/**
 * What the totals are to say of an entry's cost: what may be wrong, what was assumed, and what it leaves out.
 * @param hint - what to do where there is no cost
 */
export function costWarnings(entry: LedgerEntry, hint?: string): string[] {
  const { cost, provider, modelRequested } = entry;
  const isUnpriced = cost.status === "unpriced";
  if (!isUnpriced && cost.highUsd !== null && cost.warnings.length + cost.assumptions.length === 0) return [];
  // Where there is no cost its reason says all, and nothing was assumed to work it out.
  const said = cost.warnings.filter((warning) => !isUnpriced || warning !== cost.reason);
  const notes = isUnpriced ? said : [...said, ...cost.assumptions, ...openAbove(entry, cost)];
  const warnings = notes.map((note) => `\`${modelRequested}\`: ${note}`);
  if (!isUnpriced) return warnings;
  const unpriced = `a call of \`${modelRequested}\` (\`${provider}\`) has no cost: ${cost.reason}`;
  return [...warnings, hint === undefined ? unpriced : `${unpriced}. ${hint}`];
}

/** A cost that nothing bounds from above, because usage was not reported whole; said once. */
function openAbove({ usage }: LedgerEntry, { status, usd, lowUsd, highUsd, warnings }: EntryCost): string[] {
  const isSaid = warnings.some((warning) => warning.includes("lower bound"));
  if (isSaid || status !== "priced" || highUsd !== null || usage?.estimate === undefined) return [];
  const what = lowUsd === usd ? "a lower bound" : "an estimate that nothing bounds from above";
  return [`the cost is ${what}: ${usage.estimate.reason}`];
}
