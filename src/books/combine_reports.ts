import { addUsage } from "../base/usage.js";
import type { MoreCounts } from "../pricing/units.js";
import { moreCounts, type UsageLike } from "../pricing/usage_buckets.js";
import { toEntryTokens, unbounded, type UsageReport } from "./usage_report.js";
import { withNotes } from "./with_notes.js";

/** Most servers report one figure for all answers, on one message or on each. Figures that differ are each answer's own. */
export function combineReports(reports: readonly UsageReport[]): UsageReport {
  const [first, ...others] = reports.filter(({ usage }) => usage !== undefined);
  const problem = reports.find((report) => report.problem !== undefined)?.problem;
  if (first === undefined) return problem === undefined ? {} : { problem };
  const whole = others.reduce(isRepeated(reports) ? withNotes<UsageReport> : addReports, first);
  return problem === undefined ? whole : withNotes(whole, { atLeast: `of another answer ${problem}` });
}

/** Whether all reports with usage have the same. */
export function isRepeated(reports: readonly UsageReport[]): boolean {
  const [first, ...others] = reports.flatMap(({ usage }) => (usage === undefined ? [] : [usage]));
  if (first === undefined || others.length === 0) return true;
  const counts = JSON.stringify(toEntryTokens(first));
  return others.every((other) => JSON.stringify(toEntryTokens(other)) === counts);
}

/** The sum is an estimate as soon as one of its parts is. */
function addReports(a: UsageReport, b: UsageReport): UsageReport {
  if (a.usage === undefined || b.usage === undefined) return a;
  const units = addUnits(moreCounts(a.usage), moreCounts(b.usage));
  const usage: UsageLike = { ...addUsage(a.usage, b.usage), ...(units === undefined ? {} : { units }) };
  const reason = (a.estimate ?? b.estimate)?.reason;
  const sum = withNotes({ ...a, usage }, b);
  return reason === undefined ? sum : { ...sum, source: "estimated", estimate: unbounded(usage, reason) };
}

function addUnits(a: MoreCounts | undefined, b: MoreCounts | undefined): MoreCounts | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const sum: Record<string, number> = { ...a };
  for (const [unit, count] of Object.entries(b)) sum[unit] = (sum[unit] ?? 0) + count;
  return sum;
}
