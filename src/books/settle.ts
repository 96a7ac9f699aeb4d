import { merged } from "../base/merged.js";
import {
  LEDGER_SCHEMA_VERSION,
  type CallFacts,
  type EntryCost,
  type EntryUsage,
  type LedgerEntry,
} from "../ledger/entry.js";
import type { CostOptions } from "../pricing/cost.js";
import { mergeFacts, serverMsOf } from "./call_facts.js";
import { nothingSpent, priceCall, toEntryCost, type BoundedCost } from "../ledger/price_call.js";
import { noted } from "../ledger/noted.js";
import { withHostNotes } from "./host_notes.js";
import type { RunEnd } from "./run_end.js";
import type { OpenRun } from "./open_run.js";
import { toEntryTokens, type UsageReport } from "./usage_report.js";

/** An entry, with the cost that it came from unless nothing was spent. */
export interface Settlement {
  entry: LedgerEntry;
  cost?: BoundedCost;
}

/** What a settlement needs beside the run and its end. */
export interface SettlementOptions extends CostOptions {
  /** Whether what servers say of their prices is believed. */
  trustsServers: boolean;
  /** Whether a cost that is not known counts as 0. */
  unpricedAsZero: boolean;
}

/** The books' entry for a run that ended. Pure: arithmetic only, no state. */
export function settle(run: OpenRun, end: RunEnd, endedMs: number, options: SettlementOptions): Settlement {
  const { answer } = end;
  const facts = believed(mergeFacts(run.expected, answer, options.trustsServers), end.report);
  const report = withHostNotes(end.report, facts);
  const latencyMs = Math.max(0, endedMs - run.startedMs);
  const serverMs = serverMsOf(answer, facts.isServerTrusted === true, latencyMs);
  const time = { atMs: run.startedMs, seconds: (serverMs ?? latencyMs) / 1000 };
  const cost =
    end.nothingSpent === undefined
      ? noted(priceCall(facts, time, report.usage, report.estimate, options), report)
      : undefined;
  const entryCost = cost === undefined ? nothingSpent(end.nothingSpent ?? "") : toEntryCost(cost);
  // Spreads come last: on Node 20 every key after one costs a microsecond.
  const entry: LedgerEntry = {
    schemaVersion: LEDGER_SCHEMA_VERSION,
    id: run.id,
    runId: run.runId,
    responseId: answer.responseId,
    usage: entryUsage(report),
    cost: withPolicy(withProblem(entryCost, report.problem), options),
    outcome: end.outcome,
    startedAt: new Date(run.startedMs).toISOString(),
    endedAt: new Date(endedMs).toISOString(),
    latencyMs,
    serverMs,
    timeToFirstTokenMs: answer.timeToFirstTokenMs,
    attempts: answer.attempts,
    ...run.labels,
    ...facts,
    ...end.error,
  };
  if (entry.pricing !== undefined) entry.pricing = plainPricing(entry.pricing);
  return { entry: withoutAbsent(entry), cost };
}

/** Who reports counts that no server can mean is not believed on the cost either. */
export function believed(facts: CallFacts, { problem }: UsageReport): CallFacts {
  const { serverCost } = facts;
  return problem === undefined || serverCost === undefined
    ? facts
    : { ...facts, serverCost: { ...serverCost, usd: null } };
}

/** Absent keys instead of undefined ones: the entry is then the same before and after JSON. */
function withoutAbsent(entry: LedgerEntry): LedgerEntry {
  const present: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(entry)) if (value !== undefined) present[key] = value;
  // Only optional keys can be undefined.
  return present as unknown as LedgerEntry;
}

function entryUsage(report: UsageReport): EntryUsage | undefined {
  const { usage, source, estimate, assumptions = [], warnings = [], atLeast } = report;
  if (usage === undefined || source === undefined) return undefined;
  const entry: EntryUsage = merged(toEntryTokens(usage), { source });
  if (estimate !== undefined) entry.estimate = estimate;
  if (assumptions.length + warnings.length > 0) entry.doubts = [...assumptions, ...warnings];
  if (atLeast !== undefined) entry.atLeast = atLeast;
  return entry;
}

/** A declaration as data that survives JSON. */
function plainPricing(pricing: unknown): unknown {
  if (typeof pricing !== "object" || pricing === null) return typeof pricing === "string" ? pricing : undefined;
  const fields = Object.entries(pricing).filter(
    ([, value]) => value === null || ["string", "number"].includes(typeof value),
  );
  return Object.fromEntries(fields);
}

function withProblem(cost: EntryCost, problem: string | undefined): EntryCost {
  return problem === undefined ? cost : { ...cost, reason: problem, warnings: [...cost.warnings, problem] };
}

function withPolicy(cost: EntryCost, { unpricedAsZero }: SettlementOptions): EntryCost {
  if (cost.status !== "unpriced" || !unpricedAsZero) return cost;
  return {
    ...cost,
    usd: "0",
    lowUsd: "0",
    highUsd: "0",
    assumptions: [...cost.assumptions, "counted as zero, as `onUnpriced` asks"],
  };
}
