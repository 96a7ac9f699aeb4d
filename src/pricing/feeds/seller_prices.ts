import { isObject } from "../../base/json.js";
import type { PriceAlias, PriceRow, PriceTable } from "../look_up/schema.js";
import { frozenTable } from "../look_up/schema.js";
import { BUILTIN_PRICES } from "../tables/builtin.js";
import type { ListedModel } from "./to_rows.js";

/** Where a provider's own list was read, when, and what it said then. */
export interface PriceSource {
  url: string;
  /** As `Date.toISOString` writes it. */
  fetchedAt: string;
  /** SHA-256 of the list's bytes. */
  sha256: string;
}

/** What a provider says of its prices, with what it said before: plain data, as it stands in a file. */
export interface SellerPrices {
  readonly rows: readonly PriceRow[];
  readonly aliases: readonly PriceAlias[];
  /** What the newest list says of each id beside its price. */
  readonly models: readonly ListedModel[];
  readonly source: PriceSource;
  /** What was left out of the newest list, and why, in words. */
  readonly notes: readonly string[];
}

/** A price table that a provider's own list made. It goes before the built-in prices. */
export interface SellerPriceTable extends PriceTable, SellerPrices {}

/** Whether a value that an untyped caller passes, or a table, is what a provider says of its prices. */
export function isSellerPrices(value: unknown): value is SellerPrices {
  return isObject(value) && Array.isArray(value.rows) && isObject(value.source);
}

/** @param fallback - where to look for what the list does not name; `null` for nowhere */
export function toTable(
  { rows, aliases, models, source, notes }: SellerPrices,
  fallback: PriceTable | null = BUILTIN_PRICES,
): SellerPriceTable {
  return frozenTable({
    name: "seller",
    rows,
    aliases,
    tiers: [],
    sizeReading: "careful",
    fallback: fallback ?? undefined,
    origin: "seller",
    models,
    source,
    notes,
  });
}
