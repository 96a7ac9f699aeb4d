import { addUsage } from "../base/usage.js";
import type { MoreCounts } from "../pricing/units.js";
import { moreCounts, type UsageLike } from "../pricing/usage_buckets.js";
import { unbounded, type UsageReport } from "./usage_report.js";

/** Most servers report one figure for all answers, on one message or on each. Figures that differ are each answer's own. */
export function combineReports(reports: readonly UsageReport[]): UsageReport {
  const [first, ...others] = reports.filter((report) => report.usage !== undefined);
  if (first === undefined) return reports.find((report) => report.problem !== undefined) ?? {};
  const isRepeated = others.every((other) => JSON.stringify(other.usage) === JSON.stringify(first.usage));
  return isRepeated ? first : others.reduce(addReports, first);
}

/** The sum is an estimate as soon as one of its parts is. */
function addReports(a: UsageReport, b: UsageReport): UsageReport {
  if (a.usage === undefined || b.usage === undefined) return a;
  const units = addUnits(moreCounts(a.usage), moreCounts(b.usage));
  const usage: UsageLike = { ...addUsage(a.usage, b.usage), ...(units === undefined ? {} : { units }) };
  const reason = (a.estimate ?? b.estimate)?.reason;
  return reason === undefined ? { ...a, usage } : { usage, source: "estimated", estimate: unbounded(usage, reason) };
}

function addUnits(a: MoreCounts | undefined, b: MoreCounts | undefined): MoreCounts | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const sum: Record<string, number> = { ...a };
  for (const [unit, count] of Object.entries(b)) sum[unit] = (sum[unit] ?? 0) + count;
  return sum;
}
