import type { LedgerEntry } from "../../src/callbacks.js";
import { planCall, type CallPlan } from "./plan.js";
import { isEstimated, picoOf, type Comparison } from "./reconcile.js";
import type { SimulationResult } from "./simulation.js";

/** The simulation's figures: the last line of its output. A call is exact when the books say so of all its runs. */
export interface Figures {
  calls: number;
  faults: Record<string, number>;
  exact: { calls: number; differenceUsd: number };
  estimated: { calls: number; outside: number };
  openRuns: number;
  ok: boolean;
}

/** Sums a simulation up. */
export function toFigures(calls: number, result: SimulationResult): Figures {
  const { comparisons, faults, openRuns, openSockets, problems } = result;
  const exact = comparisons.filter(({ isExact }) => isExact);
  const difference = exact.reduce((sum, { bill, booked }) => sum + abs(booked - bill), 0n);
  const wrong = comparisons.filter((comparison) => comparison.problems.length > 0);
  const estimated = callsOf(comparisons.filter(({ isExact }) => !isExact));
  return {
    calls,
    faults,
    // Not a string here: 0 is what it must be, and any other figure is only to be looked at.
    exact: { calls: calls - estimated.size, differenceUsd: Number(difference) / 1e12 },
    estimated: { calls: estimated.size, outside: callsOf(wrong.filter(({ isExact }) => !isExact)).size },
    openRuns,
    ok: wrong.length === 0 && difference === 0n && openRuns === 0 && openSockets === 0 && problems.length === 0,
  };
}

/** The calls that comparisons belong to: one may start several runs. */
function callsOf(comparisons: readonly Comparison[]): Set<string> {
  return new Set(comparisons.map(({ key }) => key.split(".")[0] ?? key));
}

/** What the books say of the runs, kind by kind. */
export interface RunFigures {
  runs: number;
  reported: number;
  estimated: number;
  /** Estimates without an upper bound, and the median width of the others. */
  unbounded: number;
  medianWidthUsd: string;
  unspent: number;
  cacheHits: number;
}

/** Counts the runs of a simulation. */
export function toRunFigures({ comparisons, runs }: SimulationResult): RunFigures {
  const entries = comparisons.flatMap((comparison) => comparison.entries);
  const estimates = entries.filter(isEstimated);
  const widths = estimates.flatMap((entry) => widthOf(entry) ?? []);
  return {
    runs,
    reported: entries.filter(({ usage }) => usage?.source === "server").length,
    estimated: estimates.length,
    unbounded: estimates.length - widths.length,
    medianWidthUsd: toUsd(median(widths)),
    unspent: entries.filter(({ cost, outcome }) => cost.status === "none" && outcome !== "cache-hit").length,
    cacheHits: entries.filter(({ outcome }) => outcome === "cache-hit").length,
  };
}

/** The summary for a reader, before the figures. */
export function summaryOf(result: SimulationResult): string[] {
  const { comparisons, paths, problems, openSockets } = result;
  const { runs, reported, estimated, unbounded, medianWidthUsd, unspent, cacheHits } = toRunFigures(result);
  const lines = [
    "calls by path:",
    ...Object.entries(paths).map(([path, count]) => `  ${String(count).padStart(7)}  ${path}`),
    "",
    `${runs} runs: ${reported} with the server's figure, ${estimated} estimated, ${unspent} that spent nothing, ${cacheHits} cache hits`,
    `estimates: ${unbounded} without an upper bound; the median width of the others is $${medianWidthUsd}`,
    `open sockets: ${openSockets}`,
  ];
  lines.push("", "estimates by reason (runs, without upper bound, median width):");
  for (const [reason, entries] of byReason(comparisons)) {
    const widths = entries.flatMap((entry) => widthOf(entry) ?? []);
    const width = widths.length === 0 ? "-" : `$${toUsd(median(widths))}`;
    lines.push(
      `  ${String(entries.length).padStart(7)}  ${String(entries.length - widths.length).padStart(7)}  ${width.padEnd(16)} ${reason}`,
    );
  }
  if (problems.length > 0) lines.push("", "problems:", ...problems.slice(0, 20).map((problem) => `  ${problem}`));
  return lines;
}

/** What a reader needs to look into a disagreement, with the command that reproduces it. */
export function disagreement(
  { key, problems, entries, billed, bill, booked, cost }: Comparison,
  seed: string,
): string[] {
  const index = key.split(".")[0] ?? "";
  return [
    `call ${index}, run ${key}: npm run simulate -- --seed ${seed} --only ${index}`,
    `  ${planLine(planCall(seed, Number(index)))}`,
    ...problems.map((problem) => `  ${problem}`),
    `  books: $${toUsd(booked)} in $${toUsd(cost.low)}..${cost.high === undefined ? "?" : `$${toUsd(cost.high)}`}; bill: $${toUsd(bill)}`,
    ...billed.map((request) => `  billed: ${JSON.stringify(request)}`),
    ...entries.map(
      ({ outcome, errorType, usage, attempts }) =>
        `  entry: ${JSON.stringify({ outcome, errorType, usage, attempts })}`,
    ),
  ];
}

function planLine({ path, kind, scenario, after, maxTokens, vocabulary }: CallPlan): string {
  const faults = scenario.faults.join(", ");
  return `${kind}, ${path.name}: ${scenario.act} (after ${after}), server: ${faults === "" ? "answers" : faults}; maxTokens ${maxTokens ?? "none"}, counts ${vocabulary}`;
}

function byReason(comparisons: readonly Comparison[]): [string, LedgerEntry[]][] {
  const reasons = new Map<string, LedgerEntry[]>();
  for (const entry of comparisons.flatMap(({ entries }) => entries).filter(isEstimated)) {
    const reason = kindOf(entry.usage?.estimate?.reason ?? "no reason");
    reasons.set(reason, [...(reasons.get(reason) ?? []), entry]);
  }
  return [...reasons].sort(([, a], [, b]) => b.length - a.length);
}

/** A reason without what differs from call to call. */
function kindOf(reason: string): string {
  return reason
    .replace(/`[^`]*`/g, "`...`")
    .replace(/\d+/g, "N")
    .slice(0, 110);
}

function widthOf({ cost }: LedgerEntry): bigint | undefined {
  const high = picoOf(cost.highUsd);
  return high === undefined ? undefined : high - (picoOf(cost.lowUsd) ?? 0n);
}

function median(values: readonly bigint[]): bigint {
  return [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))[values.length >> 1] ?? 0n;
}

const abs = (value: bigint) => (value < 0n ? -value : value);

function toUsd(pico: bigint): string {
  const digits = abs(pico).toString().padStart(13, "0");
  const text = `${pico < 0n ? "-" : ""}${digits.slice(0, -12)}.${digits.slice(-12)}`;
  return text.replace(/\.?0+$/, "");
}
