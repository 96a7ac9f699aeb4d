import { formatUsd, parseUsd, type Usd } from "../../base/money.js";
import { dateStart, dayStart } from "./dates.js";
import { ownName } from "./providers.js";
import { COUNTED_UNITS, MORE_TOKEN_UNITS, type Unit } from "../units.js";
import type { PriceAlias, PriceRow, PriceTable, Rates, RowKind, SizeTier } from "./schema.js";

/** A rate per million tokens: in pico-dollars, and as a decimal string in USD. */
export interface CompiledRate {
  pico: Usd;
  usd: string;
}

/** The rates of a price: of tokens per million, of what is counted by the piece per thousand. */
export interface CompiledRates extends Readonly<Partial<Record<Unit, CompiledRate>>> {
  input: CompiledRate;
  output: CompiledRate;
}

const ZERO: CompiledRate = { pico: 0n, usd: "0" };

/** The rates of what is free. */
export const FREE_RATES: CompiledRates = {
  ...Object.fromEntries(
    [...MORE_TOKEN_UNITS, ...COUNTED_UNITS.filter((unit) => unit !== "request")].map((unit) => [unit, ZERO]),
  ),
  input: ZERO,
  output: ZERO,
};

/** A row ready for look-ups. */
export interface CompiledRow {
  id: string;
  kind: RowKind;
  standard: CompiledRates;
  /** Of other service tiers. */
  tiers: ReadonlyMap<string, CompiledRates>;
  peak: CompiledRates | undefined;
  free: boolean;
  fromMs: number;
  toMs: number;
  checkedMs: number | undefined;
  row: PriceRow;
}

/** An alias ready for look-ups. */
export interface CompiledAlias {
  target: string;
  moves: boolean;
  fromMs: number;
  toMs: number;
}

/** A size tier ready for look-ups. */
export interface CompiledTier {
  tier: SizeTier;
  rates: CompiledRates;
  fromMs: number;
  toMs: number;
  checkedMs: number | undefined;
}

/** What a table says of one id. */
export type Located =
  | { kind: "row"; row: CompiledRow; how: string; derived: boolean; assumption?: string }
  | { kind: "tier"; tier: CompiledTier; how: string; assumption?: string }
  /** The id stands for another. `moves`: what it stands for changes, so the response knows better. */
  | { kind: "alias"; target: string; moves: boolean }
  /**
   * `ownPrice`: the id has a price of its own, unknown here, that the model behind it does not tell. `unknownProvider`: the
   * table has no model of that provider, so another table's reason says more.
   */
  | { kind: "none"; reason: string; ownPrice?: boolean; unknownProvider?: boolean };

/** What a table has for one provider. Ids and names are in lower case; rows and aliases are in order of their dates. */
export interface ProviderIndex {
  rowsById: Map<string, CompiledRow[]>;
  /** By the last part of the id, for ids of the provider's own account and bare ones. */
  rowsByName: Map<string, CompiledRow[]>;
  aliasesById: Map<string, CompiledAlias[]>;
  aliasesByName: Map<string, CompiledAlias[]>;
  tiers: CompiledTier[];
}

/** The provider name of rows that hold for every provider. */
export const ANY_PROVIDER = "*";

const indexes = new WeakMap<PriceTable, Map<string, ProviderIndex>>();

/** A table's index for one provider, built on first use. */
export function indexOf(table: PriceTable, provider: string): ProviderIndex | undefined {
  let index = indexes.get(table);
  if (index === undefined) {
    index = buildIndex(table);
    indexes.set(table, index);
  }
  return index.get(provider);
}

/** A rate with its decimal string. */
export function toRate(pico: Usd): CompiledRate {
  return { pico, usd: formatUsd(pico) };
}

/** Reads rates written as decimal strings. @throws ConfigurationError for what is not an amount. */
function compileRates(rates: Rates, where: string): CompiledRates {
  return mapRates(rates, (text, unit) => toRate(parseUsd(text, `${where}.${unit}`)));
}

/** Makes something of each rate that is there. */
export function mapRates<From, To>(rates: RatesOf<From>, change: (rate: From, unit: Unit) => To): RatesOf<To> {
  const changed: Partial<Record<Unit, To>> = {};
  for (const [unit, rate] of Object.entries(rates) as [Unit, From | undefined][])
    // the type's own keys
    if (rate !== undefined) changed[unit] = change(rate, unit);
  return changed as RatesOf<To>; // input and output were there
}

type RatesOf<Rate> = Readonly<Partial<Record<Unit, Rate>>> & { readonly input: Rate; readonly output: Rate };

const NO_TIERS: ReadonlyMap<string, CompiledRates> = new Map();

function compileTiers({ id, priority, tiers }: PriceRow): ReadonlyMap<string, CompiledRates> {
  if (priority === undefined && tiers === undefined) return NO_TIERS;
  const all = Object.entries({ ...(priority === undefined ? {} : { priority }), ...tiers });
  return new Map(all.map(([tier, rates]) => [tier, compileRates(rates, `${id}.${tier}`)]));
}

/** Makes one row ready for use. */
export function compileRow(row: PriceRow): CompiledRow {
  return {
    id: row.id,
    kind: row.kind ?? "model",
    standard: compileRates(row.standard, row.id),
    tiers: compileTiers(row),
    peak: row.peak === undefined ? undefined : compileRates(row.peak.rates, row.id),
    free: row.free === true,
    fromMs: dateStart(row.validFrom) ?? -Infinity,
    toMs: dateStart(row.validTo) ?? Infinity,
    checkedMs: dayStart(row.checkedOn),
    row,
  };
}

function compileTier(tier: SizeTier): CompiledTier {
  return {
    tier,
    rates: compileRates(tier.rates, tier.id),
    fromMs: dayStart(tier.validFrom) ?? -Infinity,
    toMs: dayStart(tier.validTo) ?? Infinity,
    checkedMs: dayStart(tier.checkedOn),
  };
}

function buildIndex(table: PriceTable): Map<string, ProviderIndex> {
  const index = new Map<string, ProviderIndex>();
  for (const row of table.rows) addRow(providerIndex(index, row.provider), row);
  for (const alias of table.aliases) addAlias(providerIndex(index, alias.provider), alias);
  for (const tier of table.tiers) {
    providerIndex(index, tier.provider).tiers.push(compileTier(tier));
  }
  return index;
}

function providerIndex(index: Map<string, ProviderIndex>, provider: string): ProviderIndex {
  let entry = index.get(provider);
  if (entry === undefined) {
    entry = { rowsById: new Map(), rowsByName: new Map(), aliasesById: new Map(), aliasesByName: new Map(), tiers: [] };
    index.set(provider, entry);
  }
  return entry;
}

function addRow(index: ProviderIndex, row: PriceRow): void {
  const compiled = compileRow(row);
  for (const model of row.models) {
    const id = model.toLowerCase();
    insert(index.rowsById, id, compiled);
    const name = ownName(id);
    if (name !== undefined) insert(index.rowsByName, name, compiled);
  }
}

function addAlias(index: ProviderIndex, alias: PriceAlias): void {
  const id = alias.alias.toLowerCase();
  const compiled: CompiledAlias = {
    target: alias.target,
    moves: alias.moves,
    fromMs: dateStart(alias.validFrom) ?? -Infinity,
    toMs: dateStart(alias.validTo) ?? Infinity,
  };
  insert(index.aliasesById, id, compiled);
  const name = ownName(id);
  if (name !== undefined) insert(index.aliasesByName, name, compiled);
}

function insert<Dated extends { fromMs: number }>(map: Map<string, Dated[]>, key: string, value: Dated): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else if (!list.includes(value)) {
    list.push(value);
    list.sort((a, b) => a.fromMs - b.fromMs);
  }
}
