import { isObject, nonEmpty } from "../base/json.js";
import { settledRun } from "../books/settled_runs.js";
import { whoBills } from "../ledger/called_model.js";
import type { CallFacts, EntryCost, EntryUsage, LedgerEntry } from "../ledger/entry.js";
import { factsOf, providerOf } from "../ledger/expected_call.js";
import { priceCall, toEntryCost } from "../ledger/price_call.js";
import { reprice } from "../ledger/reprice.js";
import type { PriceTable } from "../pricing/look_up/schema.js";
import type { UsageLike } from "../pricing/usage_buckets.js";
import { RUN_ID } from "../seam/run_link.js";
import type { SpanFacts } from "./span_facts.js";

/** What a span's call cost, and how sure its usage is. */
export interface SpanCost {
  provider: string;
  cost: EntryCost;
  /** Absent where the span does not say it. */
  source?: EntryUsage["source"];
  /** As the books have it, where the span leads to an entry. */
  usage?: EntryUsage;
}

/** Where to look prices up, and what to believe. */
export interface SpanPricing {
  /** Prices that go before the built-in ones; see `definePriceTable`. */
  table?: PriceTable | undefined;
  /** Warn when a price was last checked more than this many days before the call. */
  maxPriceAgeDays?: number | undefined;
  /** Believe what any server says of its prices. @default false */
  trustServerPrices?: boolean | undefined;
}

/**
 * What the call of a span cost: as the books have it, where the span leads to an entry; else by what the span says.
 * @returns `undefined` where neither is enough
 */
export function costOfSpan(span: SpanFacts, atMs: number, pricing: SpanPricing): SpanCost | undefined {
  const entry = entryOf(span);
  return entry === undefined ? costOfFacts(span, atMs, pricing) : costOfEntry(entry, pricing);
}

/** Metadata may be anybody's, so that an id counts for calls of its own model alone. */
function entryOf({ metadata, model, served }: SpanFacts): LedgerEntry | undefined {
  const runId = nonEmpty(metadata[RUN_ID]);
  const entry = runId === undefined ? undefined : settledRun(runId);
  if (entry === undefined || model === undefined) return entry;
  const names = [entry.modelRequested, entry.modelServed];
  return names.includes(model) || (served !== undefined && names.includes(served)) ? entry : undefined;
}

/** A table of the processor's may know a price that the handler's did not. */
function costOfEntry(entry: LedgerEntry, { table, maxPriceAgeDays }: SpanPricing): SpanCost {
  const found = { provider: entry.provider, cost: entry.cost, source: entry.usage?.source, usage: entry.usage };
  if (entry.cost.status !== "unpriced" || table === undefined) return found;
  const [again] = reprice([entry], table, { maxPriceAgeDays });
  return again === undefined || again.cost.status === "unpriced" ? found : { ...found, cost: again.cost };
}

/** By the counts of the span, where they settle the price whatever a cache did that the span does not speak of. */
function costOfFacts(span: SpanFacts, atMs: number, pricing: SpanPricing): SpanCost | undefined {
  const facts = callFacts(span, pricing.trustServerPrices === true);
  if (facts === undefined || span.usage === undefined) return undefined;
  const options = { table: pricing.table, maxAgeDays: pricing.maxPriceAgeDays };
  const [cost, ...others] = cacheCases(span.usage, span).map((usage) =>
    priceCall(facts, { atMs }, usage, undefined, options),
  );
  if (cost === undefined || others.some(({ totalPico }) => totalPico !== cost.totalPico)) return undefined;
  const { metered_usage_source: source } = span.metadata;
  const isSaid = source === "server" || source === "estimated";
  return { provider: facts.provider, cost: toEntryCost(cost), ...(isSaid ? { source } : {}) };
}

/**
 * Who was called. Of this package's own calls, and of all that are on the books, the books know more, such as whether their usage was
 * estimated: without an entry they are priced only where the user vouches for what stands on the span.
 */
function callFacts(span: SpanFacts, isTrusted: boolean): CallFacts | undefined {
  const { provider, model, served, host, metadata } = span;
  const isOurs = isObject(metadata.metered);
  const isOnBooks = isOurs || metadata[RUN_ID] !== undefined;
  if (provider === undefined || model === undefined || (isOnBooks && !isTrusted)) return undefined;
  const said = isOurs ? factsOf(metadata.metered) : {};
  const bills = whoBills({ host, started: provider, className: host === undefined ? undefined : "" });
  const modelRequested = said.modelRequested ?? model;
  return {
    provider: providerOf(bills.provider, modelRequested, isOurs),
    modelRequested,
    modelServed: served,
    tier: span.tier ?? said.tier,
    host: said.host ?? host,
    privateHost: said.privateHost ?? bills.privateHost,
    clientOf: bills.clientOf,
    pricing: said.pricing,
    isServerTrusted: isTrusted,
  };
}

/** The usage as it stands, and with all of the rest read from a cache, or written to one, where the span would not say so. */
function cacheCases(usage: UsageLike, { saysCacheRead, saysCacheWrite }: SpanFacts): UsageLike[] {
  const { cache_read = 0, cache_creation = 0 } = usage.input_token_details ?? {};
  const rest = usage.input_tokens - cache_read - cache_creation;
  const cases = [usage];
  if (!saysCacheRead) cases.push(withCache(usage, cache_read + rest, cache_creation));
  if (!saysCacheWrite) cases.push(withCache(usage, cache_read, cache_creation + rest));
  return cases;
}

function withCache(usage: UsageLike, cache_read: number, cache_creation: number): UsageLike {
  return { ...usage, input_token_details: { ...usage.input_token_details, cache_read, cache_creation } };
}
