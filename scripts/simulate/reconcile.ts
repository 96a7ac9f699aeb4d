import type { LedgerEntry } from "../../src/callbacks.js";
import { costOf, type BilledRequest } from "./bill.js";

/** An interval; `undefined` above when nothing bounds it. */
interface Interval {
  low: bigint;
  high: bigint | undefined;
}

/** What the ledger and the bill say of the runs that asked for the same: nearly always one run. */
export interface Comparison {
  key: string;
  entries: LedgerEntry[];
  billed: BilledRequest[];
  /** In pico-dollars. */
  bill: bigint;
  booked: bigint;
  cost: Interval;
  /** True when every entry claims to be exact. */
  isExact: boolean;
  /** Where books and bill disagree, in words. */
  problems: string[];
}

type Group = Pick<Comparison, "entries" | "billed">;

/** Compares the books with the bill, run by run. */
export function reconcile(
  entries: readonly LedgerEntry[],
  keyOf: (entry: LedgerEntry) => string,
  billed: readonly BilledRequest[],
): Comparison[] {
  const groups = new Map<string, Group>();
  const groupOf = (key: string) => {
    const group = groups.get(key) ?? { entries: [], billed: [] };
    groups.set(key, group);
    return group;
  };
  for (const entry of entries) groupOf(keyOf(entry)).entries.push(entry);
  for (const request of billed) groupOf(request.key).billed.push(request);
  return [...groups].map(([key, group]) => compare(key, group));
}

/** Whether an entry's usage is an estimate. */
export const isEstimated = ({ usage }: LedgerEntry) => usage?.source === "estimated";

function compare(key: string, { entries, billed }: Group): Comparison {
  const bill = billed.reduce((sum, request) => sum + costOf(request), 0n);
  const booked = entries.reduce((sum, { cost }) => sum + (picoOf(cost.usd) ?? 0n), 0n);
  const cost = sumOf(
    entries.map((entry) => ({ low: picoOf(entry.cost.lowUsd) ?? 0n, high: picoOf(entry.cost.highUsd) })),
  );
  const isExact = !entries.some(isEstimated);
  const problems = [
    ...entries.filter((entry) => entry.cost.usd === null).map(({ cost: { reason } }) => `unpriced: ${reason}`),
    ...entries.flatMap(({ cost: { warnings } }) => warnings),
    ...(isExact && bill !== booked ? [`claimed to be exact, and ${booked - bill} pico-dollars off`] : []),
    ...outside("cost", cost, bill),
    ...outside("input tokens", sumOf(entries.map(inputOf)), total(billed, "inputTokens")),
    ...outside("output tokens", sumOf(entries.map(outputOf)), total(billed, "outputTokens")),
  ];
  return { key, entries, billed, bill, booked, cost, isExact, problems };
}

function inputOf({ usage }: LedgerEntry): Interval {
  return usage?.estimate ? toInterval(usage.estimate.inputTokens) : exactly(usage?.inputTokens ?? 0);
}

function outputOf({ usage }: LedgerEntry): Interval {
  return usage?.estimate ? toInterval(usage.estimate.outputTokens) : exactly(usage?.outputTokens ?? 0);
}

const exactly = (count: number): Interval => ({ low: BigInt(count), high: BigInt(count) });

const toInterval = ([low, high]: readonly [number, number | null]): Interval => ({
  low: BigInt(low),
  high: high === null ? undefined : BigInt(high),
});

function sumOf(intervals: readonly Interval[]): Interval {
  return intervals.reduce(
    (sum, { low, high }) => ({
      low: sum.low + low,
      high: sum.high === undefined || high === undefined ? undefined : sum.high + high,
    }),
    exactly(0),
  );
}

function total(billed: readonly BilledRequest[], field: "inputTokens" | "outputTokens"): bigint {
  return billed.reduce((sum, request) => sum + BigInt(request[field]), 0n);
}

function outside(what: string, { low, high }: Interval, bill: bigint): string[] {
  if (bill < low) return [`${what}: billed ${bill}, at least ${low} on the books`];
  return high !== undefined && bill > high ? [`${what}: billed ${bill}, at most ${high} on the books`] : [];
}

/** A decimal string in USD as pico-dollars: arithmetic of its own, so that it does not share the package's mistakes. */
export function picoOf(usd: string | null): bigint | undefined {
  if (usd === null) return undefined;
  const [whole = "", fraction = ""] = usd.split(".");
  return BigInt(whole + fraction.padEnd(12, "0").slice(0, 12));
}
