import type { PriceAlias, PriceRow, Rates } from "../look_up/schema.js";
import type { PriceSource, SellerPrices } from "./seller_prices.js";
import { sameRates, type ListedRows } from "./to_rows.js";

/**
 * Adds a list to what earlier lists said. A price that changed ends at the instant of the list, and the new one begins there; what the
 * list no longer names keeps its price, for those who can still call it, and says when it was last listed. What could not be read stays
 * as it was.
 */
export function mergePrices(
  before: SellerPrices | undefined,
  { rows, aliases, models, leftOut }: ListedRows,
  source: PriceSource,
  notes: readonly string[],
): SellerPrices {
  const merged: PriceRow[] = [];
  const listed = new Map(rows.map((row) => [idOf(row), row]));
  for (const old of before?.rows ?? []) {
    const id = idOf(old);
    const row = listed.get(id);
    if (old.validTo !== undefined) merged.push(old);
    else if (row === undefined) merged.push(leftOut.has(id) ? old : unlisted(old, before?.source));
    else {
      listed.delete(id);
      merged.push(...succession(old, row, source.fetchedAt));
    }
  }
  for (const row of listed.values()) merged.push(begun(row, source.fetchedAt));
  merged.sort(byModel);
  return {
    rows: merged,
    aliases: mergeAliases(before?.aliases ?? [], aliases, source.fetchedAt),
    models,
    source,
    notes,
  };
}

/** What a row is known by from one list to the next. */
export function idOf({ models }: PriceRow): string {
  return models[0] ?? "";
}

/** The old row, where nothing changed; else the old one ended, and the new one. */
function succession(old: PriceRow, row: PriceRow, at: string): PriceRow[] {
  const { lastListed: _, ...standing } = old;
  if (isSamePrice(old, row)) return [{ ...standing, checkedOn: at.slice(0, 10), source: row.source }];
  return [{ ...standing, validTo: at }, begun(row, at)];
}

function begun(row: PriceRow, at: string): PriceRow {
  return { ...row, id: `${row.id}@${at}`, validFrom: at, checkedOn: at.slice(0, 10) };
}

function unlisted(old: PriceRow, source: PriceSource | undefined): PriceRow {
  return old.lastListed !== undefined || source === undefined
    ? old
    : { ...old, lastListed: source.fetchedAt.slice(0, 10) };
}

/** Whether two rows of one id say the same of its price. */
function isSamePrice(one: PriceRow, other: PriceRow): boolean {
  const tiers = new Set([...tiersOf(one).keys(), ...tiersOf(other).keys()]);
  return (
    one.kind === other.kind && [...tiers].every((tier) => sameRates(tiersOf(one).get(tier), tiersOf(other).get(tier)))
  );
}

/** All prices of a row, by the service tier that they are for; `standard` for its own. */
export function tiersOf({ standard, priority, tiers = {} }: PriceRow): Map<string, Rates> {
  return new Map([
    ["standard", standard],
    ...(priority === undefined ? [] : [["priority", priority] as const]),
    ...Object.entries(tiers),
  ]);
}

function mergeAliases(before: readonly PriceAlias[], listed: readonly PriceAlias[], at: string): PriceAlias[] {
  const now = new Map(listed.map((alias) => [alias.alias, alias]));
  const merged = before.map((old) => {
    const alias = now.get(old.alias);
    if (old.validTo !== undefined) return old;
    if (alias?.target !== old.target) return { ...old, validTo: at };
    now.delete(old.alias);
    return { ...old, source: alias.source };
  });
  return [...merged, ...[...now.values()].map((alias) => ({ ...alias, validFrom: at }))];
}

function byModel(one: PriceRow, other: PriceRow): number {
  const [a, b] = [`${idOf(one)} ${one.validFrom ?? ""}`, `${idOf(other)} ${other.validFrom ?? ""}`];
  return a < b ? -1 : a > b ? 1 : 0;
}
