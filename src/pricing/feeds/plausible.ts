import { parseUsd } from "../../base/money.js";
import type { PriceRow, PriceTable, Rates } from "../look_up/schema.js";
import { knownRates } from "./known_rates.js";
import { idOf, tiersOf } from "./merge.js";
import type { Notes } from "./notes.js";
import type { ListedRows } from "./to_rows.js";

/** A price that moves further from one list to the next is taken for a mistake: another unit, or a point in another place. */
const MOST = 10n;

/**
 * Leaves out prices that moved by more than a factor of ten. What was known of them stands, as it does of service tiers that could not be
 * read.
 * @param known the prices so far
 * @param at the time of the list
 */
export function leaveOutImplausible(list: ListedRows, known: PriceTable, at: string, notes: Notes): ListedRows {
  const leftOut = new Map([...list.leftOut].map(([id, tiers]) => [id, new Set(tiers)]));
  const rows = list.rows.flatMap((row) => {
    const id = idOf(row);
    const missing = leftOut.get(id) ?? new Set<string>();
    for (const [tier, rates] of tiersOf(row)) {
      const moved = movedTooFar(rates, knownRates(known, id, tier, at));
      if (moved === undefined) continue;
      notes.add(`Left out: \`${id}\` (${tier}), whose price of ${moved}, more than tenfold.`);
      leftOut.set(id, missing.add(tier));
    }
    return missing.has("standard") ? [] : [[...missing].reduce(withKnown(known, at), row)];
  });
  return { ...list, rows, leftOut };
}

function movedTooFar(rates: Rates, before: Rates | undefined): string | undefined {
  for (const unit of ["input", "cachedInput", "output"] as const) {
    const [now, then] = [rates[unit], before?.[unit]];
    if (now === undefined || then === undefined) continue;
    const [one, other] = [parseUsd(now), parseUsd(then)];
    if (one > MOST * other || other > MOST * one)
      return `${unit === "cachedInput" ? "cached input" : unit} went from ${then} to ${now}`;
  }
  return undefined;
}

/** Puts what was known of a service tier in the place of what the list says of it. */
function withKnown(known: PriceTable, at: string): (row: PriceRow, tier: string) => PriceRow {
  return (row, tier) => {
    const { priority, tiers = {}, ...others } = row;
    const rates = new Map(Object.entries({ ...(priority === undefined ? {} : { priority }), ...tiers }));
    const before = knownRates(known, idOf(row), tier, at);
    if (before === undefined) rates.delete(tier);
    else rates.set(tier, before);
    const { priority: ofPriority, ...ofOthers } = Object.fromEntries(rates);
    return {
      ...others,
      ...(ofPriority === undefined ? {} : { priority: ofPriority }),
      ...(Object.keys(ofOthers).length === 0 ? {} : { tiers: ofOthers }),
    };
  };
}
