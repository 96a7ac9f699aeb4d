import { tryParseUsd } from "../../base/money.js";
import { boundName } from "../../ledger/bounds.js";
import type { LedgerEntry } from "../../ledger/entry.js";
import { Tally, type Amounts, type Totals } from "../../ledger/tally.js";

/** Groups that are kept apart. Calls of groups that come later are among the others, so that memory has a bound. */
const MOST_GROUPS = 100_000;

/** What is known of some calls. */
export interface Sums extends Totals {
  /** The input tokens of calls that say how many of them came from a cache. */
  cacheableTokens: number;
}

/** One group of a table; the key is `null` for calls that have none. */
export interface Group {
  key: string | null;
  sums: Sums;
}

/** The groups that are shown, and the exact sums of all others. */
export interface ShownGroups {
  groups: Group[];
  /** Absent where all are shown. `count` is `undefined` where there were more than are kept apart. */
  others?: { count: number | undefined; sums: Sums };
  /** How many there are in all, at least. */
  count: number;
}

/** A tally that also knows of how many input tokens the cached share is known. */
export class CacheTally {
  readonly #tally = new Tally();
  #cacheable = 0;

  add(entry: LedgerEntry, amounts: Amounts): void {
    this.#tally.add(entry, amounts);
    if (entry.usage?.cachedInputTokens !== undefined) this.#cacheable += entry.usage.inputTokens;
  }

  merge(other: CacheTally): void {
    this.#tally.merge(other.#tally);
    this.#cacheable += other.#cacheable;
  }

  sums(): Sums {
    return { ...this.#tally.totals(), cacheableTokens: this.#cacheable };
  }
}

/** Adds up by group. */
export class GroupSums {
  readonly #groups = new Map<string | null, CacheTally>();
  #late: CacheTally | undefined;

  constructor(readonly most = MOST_GROUPS) {}

  add(name: string | undefined, entry: LedgerEntry, amounts: Amounts): void {
    const key = boundName(name) ?? null;
    const group = this.#groups.get(key);
    if (group !== undefined) return group.add(entry, amounts);
    if (this.#groups.size >= this.most) return (this.#late ??= new CacheTally()).add(entry, amounts);
    const first = new CacheTally();
    this.#groups.set(key, first);
    return first.add(entry, amounts);
  }

  /** The groups, the dearest first, or the latest by their keys. */
  shown(most: number, order = byCost): ShownGroups {
    const sorted = [...this.#groups].map(([key, tally]) => ({ key, tally, sums: tally.sums() })).sort(order);
    const count = sorted.length;
    const groups = sorted.slice(0, most).map(({ key, sums }) => ({ key, sums }));
    if (count <= most && this.#late === undefined) return { groups, count };
    const others = new CacheTally();
    for (const { tally } of sorted.slice(most)) others.merge(tally);
    if (this.#late !== undefined) others.merge(this.#late);
    const hidden = this.#late === undefined ? count - groups.length : undefined;
    return { groups, others: { count: hidden, sums: others.sums() }, count };
  }

  /** Each group's tally, for sums of several. */
  entries(): Iterable<[string | null, CacheTally]> {
    return this.#groups;
  }
}

/** Latest first: for days. */
export function byKeyDown(a: Group, b: Group): number {
  return (a.key ?? "") < (b.key ?? "") ? 1 : -1;
}

function byCost(a: Group, b: Group): number {
  const difference = (tryParseUsd(b.sums.costUsd) ?? -1n) - (tryParseUsd(a.sums.costUsd) ?? -1n);
  if (difference !== 0n) return difference > 0n ? 1 : -1;
  return -byKeyDown(a, b);
}
