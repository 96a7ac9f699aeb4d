import { checkGiven, isString } from "../base/check_given.js";
import { checkOptions, type OptionChecks } from "../base/check_options.js";
import { isPriceTable, type PriceTable } from "../pricing/look_up/schema.js";
import type { UsageLike } from "../pricing/usage_buckets.js";
import { checkEntries, checkEntry } from "./check_entry.js";
import type { CallFacts, EntryUsage, LedgerEntry } from "./entry.js";
import { noted } from "./noted.js";
import { priceCall, toEntryCost } from "./price_call.js";

/** What to change about the calls while they are priced anew. */
export interface RepriceOptions {
  /** The day whose prices count. @default each call's own */
  at?: Date | undefined;
  /** Price the calls as those of another provider. @default each call's own */
  provider?: string | undefined;
  /** Price the same usage as that of another model; declared prices and the model that served are then left out. */
  model?: string | undefined;
  /** Price the calls as if this service tier had served. @default each call's own */
  tier?: string | undefined;
  /** Warn when a price was last checked more than this many days before the call. */
  maxPriceAgeDays?: number | undefined;
}

const A_TEXT = "Pass a text.";
const CHECKS: OptionChecks<RepriceOptions> = {
  at: [(value) => value instanceof Date && !Number.isNaN(value.getTime()), "Pass a `Date` that is one."],
  provider: [isString, A_TEXT],
  model: [isString, A_TEXT],
  tier: [isString, A_TEXT],
  maxPriceAgeDays: [(value) => typeof value === "number" && value >= 0, "It must be a number of days of at least 0."],
};

/**
 * The entries with their cost by another table: late prices for calls that had none, or what the same calls would have
 * cost on another model, tier or day. The entries passed in stay as they are; calls that spent nothing still do not.
 * Of entries that come one after the other, such as those of a database, with a promise of all of them.
 * @param table - @default the built-in prices
 * @throws ConfigurationError for what are no entries, no table or no options
 */
export function reprice(
  entries: AsyncIterable<LedgerEntry>,
  table?: PriceTable,
  options?: RepriceOptions,
): Promise<LedgerEntry[]>;
export function reprice(entries: Iterable<LedgerEntry>, table?: PriceTable, options?: RepriceOptions): LedgerEntry[];
export function reprice(
  entries: Iterable<LedgerEntry> | AsyncIterable<LedgerEntry>,
  table?: PriceTable,
  options: RepriceOptions = {},
): LedgerEntry[] | Promise<LedgerEntry[]> {
  checkEntries(entries);
  if (table !== undefined) checkGiven("table", table, isPriceTable, "Pass what `definePriceTable` returns.");
  checkOptions("`reprice`", options, CHECKS);
  if (Symbol.asyncIterator in entries) return repriceLater(entries, table, options);
  return Array.from(entries, (entry) => repriceOne(entry, table, options));
}

async function repriceLater(
  entries: AsyncIterable<LedgerEntry>,
  table: PriceTable | undefined,
  options: RepriceOptions,
): Promise<LedgerEntry[]> {
  const repriced: LedgerEntry[] = [];
  for await (const entry of entries) repriced.push(repriceOne(entry, table, options));
  return repriced;
}

function repriceOne(entry: LedgerEntry, table: PriceTable | undefined, options: RepriceOptions): LedgerEntry {
  checkEntry(entry);
  if (entry.cost.status === "none") return entry;
  const time = {
    atMs: options.at?.getTime() ?? Date.parse(entry.startedAt),
    seconds: (entry.serverMs ?? entry.latencyMs) / 1000,
  };
  const usage = entry.usage === undefined ? undefined : toUsageLike(entry.usage);
  const { estimate, doubts, atLeast } = entry.usage ?? {};
  const pricing = { table, maxAgeDays: options.maxPriceAgeDays };
  const cost = priceCall(factsFor(entry, options), time, usage, estimate, pricing);
  return { ...entry, cost: toEntryCost(noted(cost, { warnings: doubts, atLeast })) };
}

function factsFor(entry: LedgerEntry, { provider, model, tier }: RepriceOptions): CallFacts {
  const { modelServed, pricing, serverCost, ...facts } = entry;
  const own = model === undefined ? { modelServed, pricing } : { modelRequested: model };
  // What was billed says nothing of another model, provider or tier.
  const isSame = (model ?? provider ?? tier) === undefined;
  return {
    ...facts,
    ...own,
    ...(isSame ? { serverCost } : {}),
    provider: provider ?? entry.provider,
    tier: tier ?? entry.tier,
    tierRequested: tier === undefined ? entry.tierRequested : undefined,
  };
}

function toUsageLike({
  inputTokens,
  outputTokens,
  cachedInputTokens,
  cacheWriteTokens,
  reasoningTokens,
  units,
}: EntryUsage): UsageLike {
  return {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    input_token_details: { cache_read: cachedInputTokens, cache_creation: cacheWriteTokens },
    output_token_details: { reasoning: reasoningTokens },
    units,
  };
}
