import { ConfigurationError } from "../base/errors.js";
import { shown } from "../base/shown.js";
import { tryParseUsd } from "../base/money.js";
import { BudgetTally, type BudgetSums } from "./budget_sums.js";
import { checkEntries, checkEntry } from "./check_entry.js";
import type { LedgerEntry } from "./entry.js";
import { amountsOf, Tally, type Totals } from "./tally.js";

/** What entries can be grouped by. `day` is the day of the start in UTC. */
export type SummaryKey =
  | "model"
  | "provider"
  | "tag"
  | "user"
  | "session"
  | "day"
  | "agent"
  | "node"
  | "thread"
  | "trace"
  | "outcome";

/** Groups by something of one's own: the group or groups of an entry, `undefined` for none. */
export type SummaryKeyOf = (entry: LedgerEntry) => string | readonly string[] | undefined;

/** The sums of one group. */
export interface SummaryGroup extends Totals {
  /** `null` for the entries that have none. */
  key: string | null;
}

/** Sums over a ledger. */
export interface Summary {
  total: Totals;
  /** Dearest first, days in their order. An entry with several tags is in several groups, and in `total` once. */
  groups: SummaryGroup[];
  /** What each budget denied and was charged, by name. */
  budgets: BudgetSums[];
}

const KEYS: Readonly<Record<SummaryKey, SummaryKeyOf>> = {
  model: ({ provider, modelRequested }) => `${provider}/${modelRequested}`,
  provider: ({ provider }) => provider,
  tag: ({ tags }) => tags,
  user: ({ user }) => user,
  session: ({ session }) => session,
  day: ({ startedAt }) => startedAt.slice(0, 10),
  agent: ({ agent }) => agent,
  node: ({ node }) => node,
  thread: ({ threadId }) => threadId,
  trace: ({ traceId }) => traceId,
  outcome: ({ outcome }) => outcome,
};

/** The names of what entries can be grouped by. */
export const SUMMARY_KEYS = Object.keys(KEYS) as readonly SummaryKey[];

/** Sums up as entries come: for ledgers that do not fit into memory. */
export class Summarizer {
  readonly #total = new Tally();
  readonly #groups = new Map<string | null, Tally>();
  readonly #budgets = new BudgetTally();
  readonly #keyOf: SummaryKeyOf;

  /** @throws ConfigurationError when `by` is nothing to group by */
  constructor(readonly by: SummaryKey | SummaryKeyOf) {
    this.#keyOf = typeof by === "function" ? by : keyOf(by);
  }

  /** @throws ConfigurationError for what is no entry */
  add(entry: LedgerEntry): void {
    checkEntry(entry);
    const amounts = amountsOf(entry.cost);
    this.#total.add(entry, amounts);
    this.#budgets.add(entry);
    for (const key of toKeys(this.#keyOf(entry))) {
      const group = this.#groups.get(key) ?? new Tally();
      this.#groups.set(key, group);
      group.add(entry, amounts);
    }
  }

  /** The sums so far. */
  summary(): Summary {
    const groups = [...this.#groups].map(([key, tally]) => ({ key, ...tally.totals() }));
    groups.sort(this.by === "day" ? byKey : byCost);
    return { total: this.#total.totals(), groups, budgets: this.#budgets.sums() };
  }
}

/**
 * Sums entries up, in all and by group. Of entries that come one after the other, such as those of a database, with a promise.
 * @throws ConfigurationError for what are no entries, and when `by` is nothing to group by
 */
export function summarize(entries: AsyncIterable<LedgerEntry>, by: SummaryKey | SummaryKeyOf): Promise<Summary>;
export function summarize(entries: Iterable<LedgerEntry>, by: SummaryKey | SummaryKeyOf): Summary;
export function summarize(
  entries: Iterable<LedgerEntry> | AsyncIterable<LedgerEntry>,
  by: SummaryKey | SummaryKeyOf,
): Summary | Promise<Summary> {
  const summarizer = new Summarizer(by);
  checkEntries(entries);
  if (Symbol.asyncIterator in entries) return summarizeLater(entries, summarizer);
  for (const entry of entries) summarizer.add(entry);
  return summarizer.summary();
}

async function summarizeLater(entries: AsyncIterable<LedgerEntry>, summarizer: Summarizer): Promise<Summary> {
  for await (const entry of entries) summarizer.add(entry);
  return summarizer.summary();
}

function keyOf(by: SummaryKey): SummaryKeyOf {
  if (Object.hasOwn(KEYS, by)) return KEYS[by];
  throw new ConfigurationError(
    "by",
    `\`${typeof by === "string" ? by : shown(by)}\` is nothing to group by.`,
    `Use ${SUMMARY_KEYS.join(", ")}, or a function.`,
  );
}

function toKeys(keys: ReturnType<SummaryKeyOf>): readonly (string | null)[] {
  if (keys === undefined) return [null];
  if (typeof keys === "string") return [keys];
  return keys.length === 0 ? [null] : [...new Set(keys)];
}

function byKey(a: SummaryGroup, b: SummaryGroup): number {
  return (a.key ?? "") < (b.key ?? "") ? -1 : 1;
}

function byCost(a: SummaryGroup, b: SummaryGroup): number {
  const difference = (tryParseUsd(b.costUsd) ?? -1n) - (tryParseUsd(a.costUsd) ?? -1n);
  if (difference !== 0n) return difference > 0n ? 1 : -1;
  return byKey(a, b);
}
