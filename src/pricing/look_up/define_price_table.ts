import { en } from "zod/locales";
import type { core } from "zod/mini";
import { checkOptions, type OptionChecks } from "../../base/check_options.js";
import { ConfigurationError } from "../../base/errors.js";
import { shown } from "../../base/shown.js";
import { ANY_PROVIDER } from "./compiled.js";
import {
  RATE_FIELDS,
  rowSchemas,
  type AliasRow,
  type FreeRow,
  type PricedRow,
  type PriceRowInput,
} from "./price_row.js";
import { canonicalProvider } from "./providers.js";
import { findOverlap, isInOrder } from "./row_dates.js";
import { frozenTable, isPriceTable, type PriceAlias, type PriceRow, type PriceTable, type Rates } from "./schema.js";
import { BUILTIN_PRICES } from "../tables/builtin.js";

/** How a table of one's own stands to the built-in prices. */
export interface PriceTableOptions {
  /** Appears in row ids. @default "user" */
  name?: string | undefined;
  /** Where to look for what the rows do not name; `null` for nowhere. @default the built-in prices */
  fallback?: PriceTable | null | undefined;
}

const CHECKS: OptionChecks<PriceTableOptions> = {
  name: [(value) => typeof value === "string" && value !== "", "Pass a text."],
  fallback: [(value) => value === null || isPriceTable(value), "Pass a price table, or `null` for none."],
};

/**
 * Makes a price table of one's own rows, which go before the built-in prices.
 * @throws ConfigurationError that names the row and the field of the first mistake.
 * @example
 * const table = definePriceTable([{ model: "my-model", inputUsdPerMillion: "0.10", outputUsdPerMillion: 0.4 }]);
 * table.rows[0]?.standard.output; // "0.4"
 */
export function definePriceTable(rows: readonly PriceRowInput[], options: PriceTableOptions = {}): PriceTable {
  if (!Array.isArray(rows))
    throw new ConfigurationError("rows", "A price table is made of an array of rows.", "Pass `[{ model, ... }]`.");
  checkOptions("`definePriceTable`", options, CHECKS);
  const { name = "user", fallback = BUILTIN_PRICES } = options;
  const priceRows: PriceRow[] = [];
  const aliases: PriceAlias[] = [];
  rows.forEach((row: unknown, position) => {
    const parsed = parseRow(row, position);
    if ("sameAs" in parsed) aliases.push(...toAliases(parsed));
    else priceRows.push(toPriceRow(parsed, name, position));
  });
  const overlap = findOverlap(priceRows);
  if (overlap !== undefined) {
    throw new ConfigurationError(
      "rows",
      `Two rows price \`${overlap.model}\` at the same time: \`${overlap.ids.join("`, `")}\`.`,
      "Give them dates that do not overlap.",
    );
  }
  return frozenTable({
    name,
    rows: priceRows,
    aliases,
    tiers: [],
    sizeReading: "careful",
    fallback: fallback ?? undefined,
    origin: "user",
  });
}

function parseRow(row: unknown, position: number): PricedRow | FreeRow | AliasRow {
  const isObject = typeof row === "object" && row !== null;
  const { alias, free, priced } = rowSchemas();
  const schema = isObject && "sameAs" in row ? alias : isObject && "free" in row ? free : priced;
  const result = schema.safeParse(row, { error: en().localeError });
  if (!result.success) throw rowError(result.error.issues[0], position, row);
  const { validFrom, validTo } = result.data;
  if (!isInOrder(result.data)) {
    throw problem(`rows[${position}].validTo`, `\`${validTo}\` is not after \`validFrom\` \`${validFrom}\``);
  }
  return result.data;
}

function rowError(issue: core.$ZodIssue | undefined, position: number, row: unknown): ConfigurationError {
  const path = [...(issue?.path ?? []), ...(issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [])];
  const option = [`rows[${position}]`, ...path.map(String)].join(".");
  const value = path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined),
    row,
  );
  return problem(option, `\`${shown(value)}\`: ${issue?.message ?? "not a row"}`);
}

function problem(option: string, what: string): ConfigurationError {
  return new ConfigurationError(option, `The price table's \`${option}\` is not usable: ${what}.`, "Correct the row.");
}

function modelsOf(model: string | string[]): string[] {
  return typeof model === "string" ? [model] : model;
}

function providerOf(provider: string | undefined): string {
  return provider === undefined ? ANY_PROVIDER : canonicalProvider(provider);
}

function toAliases({
  model,
  provider,
  sameAs,
  validFrom,
  validTo,
  source = "given by the user",
}: AliasRow): PriceAlias[] {
  const common = { provider: providerOf(provider), target: sameAs, source, moves: false, validFrom, validTo };
  return modelsOf(model).map((alias) => ({ alias, ...common }));
}

function toPriceRow(row: PricedRow | FreeRow, table: string, position: number): PriceRow {
  const { model, provider, validFrom, validTo, checkedOn, note, source = "given by the user" } = row;
  const common = {
    provider: providerOf(provider),
    models: modelsOf(model),
    validFrom,
    validTo,
    checkedOn,
    note,
    source,
  };
  const rowId = row.id ?? `${table}/${modelsOf(model)[0]}${validFrom === undefined ? "" : `@${validFrom}`}#${position}`;
  if ("free" in row)
    return { ...common, id: rowId, free: true, standard: { input: "0", cachedInput: "0", output: "0" } };
  const { priority, serviceTiers } = row;
  return {
    ...common,
    id: rowId,
    standard: toRates(row),
    ...(priority === undefined ? {} : { priority: toRates(priority) }),
    ...(serviceTiers === undefined ? {} : { tiers: toTiers(serviceTiers) }),
  };
}

type TierInput = NonNullable<PricedRow["priority"]>;

function toTiers(tiers: Record<string, TierInput>): Record<string, Rates> {
  return Object.fromEntries(Object.entries(tiers).map(([tier, rates]) => [tier.toLowerCase(), toRates(rates)]));
}

function toRates(row: TierInput): Rates {
  const rates = RATE_FIELDS.flatMap(([unit, field]) => (row[field] === undefined ? [] : [[unit, row[field]]]));
  return Object.fromEntries(rates) as Rates; // the schema says that input and output are there
}
