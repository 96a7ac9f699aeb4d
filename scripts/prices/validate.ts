import type { z } from "zod";
import { parseUsd } from "../../src/base/money.js";
import { findGaps, findOverlap } from "../../src/pricing/look_up/row_dates.js";
import type { PriceAlias, PriceRow, PriceTable, Rates } from "../../src/pricing/look_up/schema.js";
import { priceAlias, priceRow, sizeTier } from "./row_schema.js";

/** Everything that is wrong with a table, one sentence each; none when it is sound. */
export function findMistakes(table: PriceTable): string[] {
  const overlap = findOverlap(table.rows);
  return [
    ...table.rows.flatMap((row) => misshapen(priceRow, row, row.id)),
    ...table.aliases.flatMap((alias) => misshapen(priceAlias, alias, alias.alias)),
    ...table.tiers.flatMap((tier) => misshapen(sizeTier, tier, tier.id)),
    ...repeated([...table.rows, ...table.tiers].map(({ id }) => id)),
    ...table.rows.flatMap(implausible),
    ...(overlap === undefined ? [] : [`${overlap.model}: ${overlap.ids.join(" and ")} hold at the same time`]),
    ...table.aliases.flatMap((alias) => aliasMistakes(alias, table)),
    ...findGaps(table.rows).map(({ model, from, to }) => `${model} has no price from ${from} to ${to}`),
  ];
}

function misshapen(schema: z.ZodType, value: unknown, name: string): string[] {
  const result = schema.safeParse(value);
  return result.success ? [] : result.error.issues.map((issue) => `${name}: ${issue.path.join(".")} ${issue.message}`);
}

function repeated(ids: readonly string[]): string[] {
  return ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `${id} is there more than once`);
}

function implausible(row: PriceRow): string[] {
  const mistakes: string[] = [];
  if (row.validFrom !== undefined && row.validTo !== undefined && row.validFrom >= row.validTo)
    mistakes.push("ends before it begins");
  if (row.validFrom !== undefined && !row.id.endsWith(`@${row.validFrom}`))
    mistakes.push("its id does not end with its first day");
  if (row.lastListed !== undefined && row.validTo !== undefined)
    mistakes.push("has an end and is said to be last listed");
  for (const rates of [row.standard, row.priority, row.peak?.rates, ...Object.values(row.tiers ?? {})]) {
    if (rates !== undefined && cachedAboveInput(rates)) mistakes.push("its cached price is above its input price");
  }
  if (row.priority !== undefined && parseUsd(row.priority.input) <= parseUsd(row.standard.input))
    mistakes.push("Priority costs no more than standard");
  return mistakes.map((mistake) => `${row.id}: ${mistake}`);
}

function cachedAboveInput({ input, cachedInput }: Rates): boolean {
  return cachedInput !== undefined && parseUsd(cachedInput) > parseUsd(input);
}

function aliasMistakes(alias: PriceAlias, { rows, aliases }: PriceTable): string[] {
  const mistakes: string[] = [];
  const targets = rows.filter(({ models }) => models.includes(alias.target));
  if (!targets.some(({ validFrom = "" }) => validFrom <= (alias.validTo ?? "9999")))
    mistakes.push("no row has its target");
  const later = aliases.filter(
    (other) => other !== alias && other.alias === alias.alias && (other.validFrom ?? "") >= (alias.validFrom ?? ""),
  );
  if (later.some(({ validFrom = "" }) => validFrom < (alias.validTo ?? "9999")))
    mistakes.push("two targets hold at the same time");
  return mistakes.map((mistake) => `${alias.alias} from ${alias.validFrom}: ${mistake}`);
}
