import { formatUsd, tryParseUsd, type Usd } from "../base/money.js";
import type { EntryCost, EntryCostComponent, LedgerEntry } from "./entry.js";

/** One part of what a call cost, with its part of the call's bounds. */
export interface FocusPart {
  name: string;
  component: EntryCostComponent;
  usd: Usd;
  low: Usd;
  /** `undefined` where nothing bounds the call from above. */
  high: Usd | undefined;
}

/**
 * The parts of a call's cost, whose sums are those of its entry. None where nothing was spent; `undefined` where the cost is not known.
 * An entry whose parts are not its whole is one part.
 */
export function focusParts({ cost }: LedgerEntry): FocusPart[] | undefined {
  const total = tryParseUsd(cost.usd);
  if (cost.status === "none" && (total ?? 0n) === 0n) return [];
  // `onUnpriced: "zero"` counts it as nothing, and knows no more of what it cost.
  if (total === undefined || (cost.status === "unpriced" && total === 0n)) return undefined;
  const parts = partsOf(cost, total);
  const weights = parts.map(({ usd }) => usd);
  const high = tryParseUsd(cost.highUsd);
  const lows = apportioned(tryParseUsd(cost.lowUsd) ?? total, weights);
  const highs = high === undefined ? [] : apportioned(high, weights);
  return parts.map((part, at) => ({ ...part, low: lows[at] ?? 0n, high: highs[at] }));
}

function partsOf({ components }: EntryCost, total: Usd): Pick<FocusPart, "name" | "component" | "usd">[] {
  const parts: Pick<FocusPart, "name" | "component" | "usd">[] = [];
  let rest = total;
  for (const [name, component] of Object.entries(components)) {
    const usd = tryParseUsd(component.usd);
    if (usd === undefined) return [wholeCall(total)];
    parts.push({ name, component, usd });
    rest -= usd;
  }
  return rest === 0n && parts.length > 0 ? parts : [wholeCall(total)];
}

function wholeCall(usd: Usd): Pick<FocusPart, "name" | "component" | "usd"> {
  return { name: "call", component: { usd: formatUsd(usd) }, usd };
}

/**
 * An amount over parts by their weights, to the pico-dollar: the sum is the amount, and an amount below the weights' sum puts no part
 * above its weight, nor one above that sum below. Where nothing has a weight the last part has it all.
 */
function apportioned(amount: Usd, weights: readonly Usd[]): Usd[] {
  const sum = weights.reduce((a, b) => a + b, 0n);
  if (sum === 0n) return weights.map((_, at) => (at === weights.length - 1 ? amount : 0n));
  let upTo = 0n;
  return weights.map((weight) => {
    const before = (amount * upTo) / sum;
    upTo += weight;
    return (amount * upTo) / sum - before;
  });
}
