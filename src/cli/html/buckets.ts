import type { Usd } from "../../base/money.js";
import { CacheTally, type Sums } from "./group_sums.js";
import type { PageSums } from "./page_sums.js";

/** More bars than that are too thin. */
const MOST_BARS = 100;
const DAY_MS = 86_400_000;
const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What one bar stands for. */
export type Unit = "day" | "week" | "month" | "year";

/** One bar of the chart. */
export interface Bucket {
  /** Its first day, month or year. */
  name: string;
  sums: Sums;
  /** What each model cost. */
  costs: Map<string, Usd>;
}

/** The bars of the chart. */
export interface Buckets {
  unit: Unit;
  /** In their order, also those without calls. */
  buckets: Bucket[];
}

const SPANS: readonly [Unit, days: number][] = [
  ["day", 1],
  ["week", 7],
  ["month", 30.44],
];

/** The ledger's days, or weeks (from Monday), months or years where there are more than a hundred. Of years the last hundred. */
export function toBuckets({ days, costs }: PageSums): Buckets {
  const tallies = new Map(
    [...days.entries()].filter(([day]) => day !== null && ISO_DAY.test(day)) as [string, CacheTally][],
  ); // those that are texts
  const known = [...tallies.keys()].sort();
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return { unit: "day", buckets: [] };
  const span = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;
  const unit = SPANS.find(([, length]) => span / length <= MOST_BARS)?.[0] ?? "year";
  const names = namesOf(first, last, unit);
  const bars = new Map(names.map((name) => [name, { tally: new CacheTally(), costs: new Map<string, Usd>() }]));
  for (const [day, tally] of tallies) {
    const bar = bars.get(nameOf(day, unit));
    bar?.tally.merge(tally);
    for (const [model, cost] of costs.get(day) ?? []) bar?.costs.set(model, (bar.costs.get(model) ?? 0n) + cost);
  }
  return { unit, buckets: [...bars].map(([name, bar]) => ({ name, sums: bar.tally.sums(), costs: bar.costs })) };
}

function nameOf(day: string, unit: Unit): string {
  if (unit === "month") return day.slice(0, 7);
  if (unit === "year") return day.slice(0, 4);
  if (unit === "day") return day;
  const start = new Date(day);
  return dayOf(start.getTime() - ((start.getUTCDay() + 6) % 7) * DAY_MS);
}

function namesOf(first: string, last: string, unit: Unit): string[] {
  const names = new Set<string>();
  const from =
    unit === "year"
      ? Math.max(Date.parse(first), Date.parse(last) - (MOST_BARS - 1) * 365.25 * DAY_MS)
      : Date.parse(first);
  for (let at = from; at <= Date.parse(last); at += DAY_MS) names.add(nameOf(dayOf(at), unit));
  return [...names];
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
