import { boundText } from "./bound_text.js";
import { boundFields, boundName, boundSentences, boundTags, TIGHT, USUAL, type Bounds } from "./bounds.js";
import type { EntryTokens, EntryUsage, LedgerEntry } from "./entry.js";
import { soundCost, soundServerCost } from "./sound_cost.js";

/** The most bytes of an entry's JSON: with its line end it is shorter than 64 KiB. */
export const MAX_ENTRY_BYTES = 65_534;

/**
 * An entry as ledgers take it: none of its texts, lists and records is long, and its amounts can be summed, so that its line is
 * short and its readers take it. What is within its bounds stays as it is. To be asked once the call is priced, since names that
 * are cut have no price.
 */
export function boundedEntry(entry: LedgerEntry): LedgerEntry {
  const usual = within(entry, USUAL);
  return isSurelyShort(usual) || bytesOf(usual) <= MAX_ENTRY_BYTES ? usual : within(usual, TIGHT);
}

/** What JSON makes at most of one UTF-16 unit, such as `\u0007`. */
const BYTES_OF_UNIT = 6;
/** More than all names of fields, numbers and signs come to: 32 components are the most of it. */
const BYTES_BESIDE_TEXTS = 24_576;

/** What else there is of a budget. */
const BUDGET_UNITS = 64;

/** Whether an entry's JSON is short by the length of its texts, as nearly all are: much sooner known than written. */
function isSurelyShort(entry: LedgerEntry): boolean {
  const { cost, usage, tags, metadata, attempts, pricing, serverCost, budgets, ...names } = entry;
  if ((attempts ?? pricing ?? serverCost ?? usage?.units) !== undefined) return false;
  let units = lengthOf(cost.assumptions) + lengthOf(cost.warnings) + cost.reason.length + (cost.row?.length ?? 0);
  units +=
    lengthOf(usage?.doubts) + (usage?.estimate?.reason.length ?? 0) + (usage?.atLeast?.length ?? 0) + lengthOf(tags);
  for (const { name, key, pot } of budgets ?? []) units += name.length + key.length + pot.length + BUDGET_UNITS;
  for (const name of NAMES) units += names[name]?.length ?? 0;
  for (const key in cost.components) units += key.length;
  for (const key in metadata) units += key.length + String(metadata[key]).length;
  return units * BYTES_OF_UNIT + BYTES_BESIDE_TEXTS <= MAX_ENTRY_BYTES;
}

function lengthOf(texts: readonly string[] | undefined): number {
  return texts === undefined ? 0 : texts.reduce((sum, { length }) => sum + length, 0);
}

const NAMES = [
  "id",
  "runId",
  "parentRunId",
  "traceId",
  "threadId",
  "agent",
  "node",
  "user",
  "session",
  "provider",
  "modelRequested",
  "modelServed",
  "responseId",
  "tier",
  "tierRequested",
  "host",
  "clientOf",
  "errorType",
  "startedAt",
  "endedAt",
] as const satisfies readonly (keyof LedgerEntry)[];

function within(entry: LedgerEntry, bounds: Bounds): LedgerEntry {
  const bounded: LedgerEntry = { ...entry };
  for (const name of NAMES) {
    const text = bounded[name];
    if (text !== undefined && text.length > bounds.name) bounded[name] = boundText(text, bounds.name);
  }
  const { usage, pricing, serverCost, attempts, budgets } = entry;
  bounded.cost = soundCost(entry.cost, bounds);
  bounded.tags = boundTags(entry.tags, bounds);
  bounded.metadata = boundFields(entry.metadata, bounds);
  if (usage !== undefined) bounded.usage = boundUsage(usage, bounds);
  if (pricing !== undefined) bounded.pricing = boundPricing(pricing, bounds);
  if (serverCost !== undefined) bounded.serverCost = soundServerCost(serverCost, bounds);
  // Pots are told apart by all of their names, which are short as they are.
  if (budgets !== undefined) bounded.budgets = budgets.slice(0, bounds.budgets);
  if (attempts !== undefined)
    bounded.attempts = attempts
      .slice(-bounds.attempts)
      .map((attempt) =>
        attempt.usage === undefined ? attempt : { ...attempt, usage: boundUnits(attempt.usage, bounds) },
      );
  return bounded;
}

function boundUsage(usage: EntryUsage, bounds: Bounds): EntryUsage {
  const { estimate, doubts, atLeast } = usage;
  const bounded = boundUnits(usage, bounds);
  if ((estimate ?? doubts ?? atLeast) === undefined) return bounded;
  return {
    ...bounded,
    ...(estimate && { estimate: { ...estimate, reason: boundText(estimate.reason, bounds.sentence) } }),
    ...(doubts && { doubts: boundSentences(doubts, bounds) }),
    ...(atLeast !== undefined && { atLeast: boundText(atLeast, bounds.sentence) }),
  };
}

function boundUnits<Tokens extends EntryTokens>(tokens: Tokens, bounds: Bounds): Tokens {
  return tokens.units === undefined
    ? tokens
    : { ...tokens, units: boundFields(tokens.units, { ...bounds, keys: bounds.units }) };
}

/** What was declared, as far as it is plain data: a word, or fields. */
function boundPricing(pricing: unknown, bounds: Bounds): unknown {
  if (typeof pricing !== "object" || pricing === null)
    return typeof pricing === "string" ? boundName(pricing, bounds) : undefined;
  const isPlain = (value: unknown) => value === null || typeof value === "string" || typeof value === "number";
  return boundFields(Object.fromEntries(Object.entries(pricing).filter(([, value]) => isPlain(value))), bounds);
}

function bytesOf(entry: LedgerEntry): number {
  return new TextEncoder().encode(JSON.stringify(entry)).length;
}
