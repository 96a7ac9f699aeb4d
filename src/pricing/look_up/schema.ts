import type { Unit } from "../units.js";

/**
 * Rates as decimal strings in USD: per million of tokens, per thousand of what is counted by the piece. Absent: the source
 * lists no rate of its own for it.
 */
export type Rates = Readonly<{ input: string; output: string } & Partial<Record<Unit, string>>>;

/** What a row's ids are: a model, or one of the ways to reach it that have a price of their own (`other`: a way that is new). */
export type RowKind = "model" | "fast" | "us" | "spot" | "flex" | "ultrafast" | "other" | "embedding" | "rerank";

/** One dated price with its provenance. A price change adds a row; it never edits one. */
export interface PriceRow {
  /** Stable and unique in its table, such as `fireworks/kimi-k3@2026-07-27`. */
  id: string;
  /** `fireworks`, `ollama`, `openllm` or any other provider's name, in lower case. */
  provider: string;
  /** The ids that this price is for, as the provider spells them. */
  models: readonly string[];
  /** @default "model" */
  kind?: RowKind;
  /** The price for calls without a service tier. */
  standard: Rates;
  /** The price for calls with `service_tier: "priority"`, where one is listed. */
  priority?: Rates;
  /** The prices of other service tiers, by their names in lower case. */
  tiers?: Readonly<Record<string, Rates>>;
  /** Whether a kind of tokens without a rate is known to cost what its parent does; else that is the least it can cost. */
  isComplete?: boolean;
  /** Costs nothing. The rates are then all zero. */
  free?: boolean;
  /** Other rates on Monday to Friday from one full hour (UTC) up to another. */
  peak?: { rates: Rates; fromHourUtc: number; toHourUtc: number };
  /** First day (UTC, `YYYY-MM-DD`) or instant (as `Date.toISOString` writes it) of this price. Absent: it holds for any earlier date. */
  validFrom?: string;
  /** The day or instant from which this price no longer holds. Absent: it still holds. */
  validTo?: string;
  /** The last month or day on which a source listed it, for models that are no longer listed. */
  lastListed?: string;
  /** Where the figures come from. */
  source: string;
  /** The day (`YYYY-MM-DD`) of the newest source that confirms the figures. Absent: nobody says. */
  checkedOn?: string;
  /** What is uncertain about the row. */
  note?: string;
}

/** An id that names another id for some time, such as `routers/kimi-latest`, or a fine-tune that costs what its base does. */
export interface PriceAlias {
  provider: string;
  alias: string;
  target: string;
  /** Days or instants, as those of rows. */
  validFrom?: string;
  /** The day or instant from which the alias no longer holds. */
  validTo?: string;
  source: string;
  /** Whether a call is priced by the model that its response names, where it names one. */
  moves: boolean;
}

/** One step of a price list by model size. The first step that a model fits is its price. */
export interface SizeTier {
  id: string;
  provider: string;
  /** Which models it is for; `named` only those whose id contains `contains`. */
  architecture: "dense" | "moe" | "any" | "named";
  /** A part of the ids of the models that it is for. */
  contains?: string;
  /** Bounds on total parameters in billions. */
  above?: number;
  /** The same, the bound included. */
  from?: number;
  /** The upper bound, not included. */
  below?: number;
  /** The upper bound, included. */
  upTo?: number;
  rates: Rates;
  /** First day (UTC, `YYYY-MM-DD`) of this price. Absent: it holds for any earlier date. */
  validFrom?: string;
  /** The day (UTC, `YYYY-MM-DD`) from which this price no longer holds. Absent: it still holds. */
  validTo?: string;
  source: string;
  checkedOn: string;
}

/** How sizes are read from ids: the careful way, or as the list of 2023 did (the largest size is the model's). */
export type SizeReading = "careful" | "largest";

/** Prices to look a model up in. Immutable; make your own with `definePriceTable`. */
export interface PriceTable {
  readonly name: string;
  readonly rows: readonly PriceRow[];
  readonly aliases: readonly PriceAlias[];
  readonly tiers: readonly SizeTier[];
  readonly sizeReading: SizeReading;
  /** Where to look next when this table has no answer; `undefined` ends the search. */
  readonly fallback: PriceTable | undefined;
  /** Who says what the rows say: this package, the user, or the provider's own list. */
  readonly origin: "builtin" | "user" | "seller";
  /** Prices models that no row names, such as through another package's price data. */
  readonly lookup?: PriceLookup;
}

/** Whether a value that an untyped caller passes is a table, and not a list of rows or a file's name. */
export function isPriceTable(value: unknown): value is PriceTable {
  return typeof value === "object" && value !== null && "rows" in value && Array.isArray(value.rows);
}

/** A table that cannot be changed, down to its rates: all who import it share it. The one that it falls back on is left alone. */
export function frozenTable<Table extends PriceTable>(table: Table): Table {
  for (const [key, value] of Object.entries(table)) if (key !== "fallback") freezeDeeply(value);
  return Object.freeze(table);
}

function freezeDeeply(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  Object.freeze(value);
  Object.values(value).forEach(freezeDeeply);
}

/** What a look-up by other means is given. */
export interface LookupQuery {
  provider: string;
  model: string;
  at: Date;
  /** All input tokens of the call, which decide the price where long prompts cost more. */
  inputTokens?: number | undefined;
}

/** Finds a row by other means than a table's list. Returns `undefined` for what it does not know. */
export type PriceLookup = (query: LookupQuery) => { row: PriceRow; assumption?: string } | undefined;

/** What is to be priced. */
export interface PriceQuery {
  provider: string;
  /** The model that was asked for. */
  model: string;
  /** The model that the response names, where it names one. */
  servedModel?: string | undefined;
  /** When the call was made; a text is read as `Date` reads it. @default now */
  at?: Date | string | undefined;
  /** The service tier, under the provider's name for it. `auto`, `default` and `standard` are what a price list lists. */
  serviceTier?: string | undefined;
  /** Whether the call was part of a batch job, at half the price on Fireworks. */
  batch?: boolean | undefined;
  /** All input tokens of the call, for providers whose long prompts cost more. */
  inputTokens?: number | undefined;
  /** All its output tokens: a call that has any is none for embeddings, and no row of theirs prices it. */
  outputTokens?: number | undefined;
}

/** Where a price comes from. `server`: from the answer itself, which says what the call was billed at. */
export type PriceBasis = "user" | "exact" | "tier" | "free" | "server" | "unpriced";

/** The price of a model and the evidence for it. Prices are decimal strings in USD per million tokens, or null. */
export interface PriceAnswer {
  /** The model as it was asked for. */
  model: string;
  provider: string;
  basis: PriceBasis;
  inputUsdPerMillion: string | null;
  /** What a cached token costs: the input price where no cached price is listed (`assumptions` then says so). */
  cachedInputUsdPerMillion: string | null;
  outputUsdPerMillion: string | null;
  /** One sentence that says why this is the price, or why there is none. */
  reason: string;
  /** The id of the row or tier. */
  row: string | null;
  source: string | null;
  /** The day on which the row was last checked against its source. */
  checkedOn: string | null;
  /** Days from that day to the call's date. */
  ageDays: number | null;
  /** Whether the price was derived by a rule and not listed under this id. */
  derived: boolean;
  /** What had to be assumed to give this price. */
  assumptions: string[];
  /** Doubts about the row, such as its age. */
  warnings: string[];
}
