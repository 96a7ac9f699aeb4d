import type { PriceTable } from "./schema.js";

/** A table that cannot be changed, down to its rates: all who import it share it. The one that it falls back on is left alone. */
export function frozenTable(table: PriceTable): PriceTable {
  for (const list of [table.rows, table.aliases, table.tiers]) freezeDeeply(list);
  return Object.freeze(table);
}

function freezeDeeply(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  Object.freeze(value);
  Object.values(value).forEach(freezeDeeply);
}
