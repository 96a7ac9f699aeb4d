import { parseUsd } from "../../base/money.js";
import { resolvePrice } from "../look_up/resolve.js";
import type { PriceRow, PriceTable, Rates } from "../look_up/schema.js";
import { tiersOf } from "./merge.js";
import type { Notes } from "./notes.js";
import type { ListedRows } from "./to_rows.js";

/** A price that moves further from one list to the next is taken for a mistake: another unit, or a point in another place. */
const MOST = 10n;

/**
 * Leaves out prices that moved by more than a factor of ten. What was known of them stands.
 * @param known the prices so far
 * @param at the time of the list
 */
export function leaveOutImplausible(list: ListedRows, known: PriceTable, at: string, notes: Notes): ListedRows {
  const leftOut = new Map([...list.leftOut].map(([id, tiers]) => [id, new Set(tiers)]));
  const rows = list.rows.flatMap((row) => {
    const [id = ""] = row.models;
    const wrong = [...tiersOf(row)].flatMap(([tier, rates]) => {
      const moved = movedTooFar(rates, id, tier, known, at);
      if (moved === undefined) return [];
      notes.add(`Left out: \`${id}\` (${tier}), whose price of ${moved}, more than tenfold.`);
      leftOut.set(id, (leftOut.get(id) ?? new Set()).add(tier));
      return [tier];
    });
    if (wrong.includes("standard")) return [];
    return [wrong.reduce(without, row)];
  });
  return { ...list, rows, leftOut };
}

function movedTooFar(
  rates: Rates,
  model: string,
  serviceTier: string,
  known: PriceTable,
  at: string,
): string | undefined {
  const before = resolvePrice({ provider: "fireworks", model, serviceTier, at }, known);
  // A size tier is a guess of ours, and no price that moved.
  if (before.rates === undefined || before.basis === "tier") return undefined;
  for (const unit of ["input", "cachedInput", "output"] as const) {
    const [now, then] = [rates[unit], before.rates[unit]];
    if (now === undefined || then === undefined) continue;
    const [one, other] = [parseUsd(now), then.pico];
    if (one > MOST * other || other > MOST * one)
      return `${unit === "cachedInput" ? "cached input" : unit} went from ${then.usd} to ${now}`;
  }
  return undefined;
}

function without(row: PriceRow, tier: string): PriceRow {
  const { priority, tiers = {}, ...others } = row;
  const kept = Object.entries(tiers).filter(([name]) => name !== tier);
  return {
    ...others,
    ...(tier === "priority" || priority === undefined ? {} : { priority }),
    ...(kept.length === 0 ? {} : { tiers: Object.fromEntries(kept) }),
  };
}
