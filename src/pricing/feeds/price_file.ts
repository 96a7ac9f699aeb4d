import { en } from "zod/locales";
import * as z from "zod/mini";
import { builtinModule } from "../../base/builtin_module.js";
import { checkFields } from "../../base/check_given.js";
import { ConfigurationError, MeteredError } from "../../base/errors.js";
import { fieldsOf, nonEmpty } from "../../base/json.js";
import { tryParseUsd } from "../../base/money.js";
import { dateSchema, daySchema } from "../look_up/date_schema.js";
import { findOverlap, isInOrder } from "../look_up/row_dates.js";
import type { PriceTable } from "../look_up/schema.js";
import { toTable, type SellerPrices, type SellerPriceTable } from "./seller_prices.js";

/** The version of the file's form. */
const SCHEMA_VERSION = 1;

/** Prices as they stand in a file that `loadPrices` reads. Their fields have one order, so that diffs of it show what changed. */
export function toPriceFile(given: SellerPrices): string {
  checkFields("prices", given, "Pass what `fetchFireworksPrices` or `loadPrices` returns.");
  const { rows, aliases, models, source, notes } = given;
  const prices = readPrices({ schemaVersion: SCHEMA_VERSION, source, rows, aliases, models, notes }, "prices");
  return `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...prices }, undefined, 2)}\n`;
}

/**
 * The prices that `prices refresh` wrote, as a table that goes before the built-in ones.
 * @param file - its path, or what it holds, where there are no files
 * @param fallback - where to look for what it does not name; `null` for nowhere. @default the built-in prices
 * @throws ConfigurationError where it cannot be read, or does not hold such prices: it names the place
 * @example const costs = new CostCallbackHandler({ table: loadPrices("prices.json") });
 */
export function loadPrices(file: string | object, fallback?: PriceTable | null): SellerPriceTable {
  const prices = typeof file === "string" ? parsePriceFile(readText(file), file) : readPrices(file, "prices");
  return toTable(prices, fallback);
}

/** @throws ConfigurationError for a text that holds no prices */
function parsePriceFile(text: string, file: string): SellerPrices {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refused(file, `is no JSON`);
  }
  return readPrices(json, file);
}

/** @throws ConfigurationError, or MeteredError where the runtime has no files */
function readText(file: string): string {
  const fs = builtinModule("node:fs");
  if (fs === undefined)
    throw new MeteredError(
      `\`${file}\` cannot be read: this runtime has no files. Import the JSON, and pass that to \`loadPrices\`.`,
    );
  try {
    return fs.readFileSync(file, "utf8");
  } catch (cause) {
    throw refused(file, `cannot be read (${nonEmpty(fieldsOf(cause).code) ?? "nobody knows why"})`);
  }
}

function readPrices(value: unknown, file: string): SellerPrices {
  const result = (schema ??= makeSchema()).safeParse(value, { error: en().localeError });
  if (!result.success) {
    const [issue] = result.error.issues;
    const path = issue?.path.map(String).join(".") ?? "";
    throw refused(file, `holds no prices: ${path === "" ? "" : `\`${path}\`: `}${issue?.message}`);
  }
  const { schemaVersion: _, ...prices } = result.data;
  const aliases = prices.aliases.map((alias) => ({ ...alias, id: alias.target, models: [alias.alias] }));
  const wrong = [...prices.rows, ...aliases].find((dates) => !isInOrder(dates));
  if (wrong !== undefined)
    throw refused(file, `has \`${"alias" in wrong ? wrong.alias : wrong.id}\` end before it begins`);
  const overlap = findOverlap(prices.rows) ?? findOverlap(aliases);
  if (overlap === undefined) return prices;
  throw refused(file, `prices \`${overlap.model}\` twice at one time: \`${overlap.ids.join("`, `")}\``);
}

function refused(file: string, what: string): ConfigurationError {
  const hint =
    "Make it with `npx langchain-metered prices refresh --out FILE`; for rows of your own there is `definePriceTable`.";
  return new ConfigurationError("file", `\`${file}\` ${what}.`, hint);
}

let schema: ReturnType<typeof makeSchema> | undefined;

const KINDS = ["model", "fast", "us", "spot", "flex", "ultrafast", "other", "embedding", "rerank"] as const;

/** Made when a file is read: most programs read none. */
function makeSchema() {
  const text = z.string().check(z.minLength(1), z.maxLength(2_000));
  const date = dateSchema();
  const source = z.strictObject({ url: text, fetchedAt: date, sha256: text });
  const modalities = z.optional(z.array(text));
  const model = z.strictObject({
    id: text,
    contextLength: z.optional(z.number()),
    inputModalities: modalities,
    outputModalities: modalities,
  });
  const dated = { validFrom: z.optional(date), validTo: z.optional(date) };
  const alias = z.strictObject({
    provider: text,
    alias: text,
    target: text,
    moves: z.boolean(),
    ...dated,
    source: text,
  });
  return z.strictObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    source,
    rows: z.array(makeRowSchema(text, dated)),
    aliases: z.array(alias),
    models: z.array(model),
    notes: z.array(text),
  });
}

function makeRowSchema<Dates extends Readonly<Record<"validFrom" | "validTo", z.ZodMiniOptional<z.ZodMiniString>>>>(
  text: z.ZodMiniString,
  dated: Dates,
) {
  const amount = z
    .string()
    .check(z.refine((value) => /^\d/.test(value) && tryParseUsd(value) !== undefined, "no amount"));
  const rates = z.strictObject({ input: amount, cachedInput: z.optional(amount), output: amount });
  return z.strictObject({
    id: text,
    provider: text,
    models: z.array(text).check(z.minLength(1)),
    kind: z.optional(z.enum(KINDS)),
    standard: rates,
    priority: z.optional(rates),
    tiers: z.optional(z.record(text, rates)),
    ...dated,
    lastListed: z.optional(daySchema()),
    source: text,
    checkedOn: z.optional(daySchema()),
    note: z.optional(text),
  });
}
