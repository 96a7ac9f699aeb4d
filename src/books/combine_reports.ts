import { addUsage } from "../base/usage.js";
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
  const usage = addUsage(a.usage, b.usage);
  const reason = (a.estimate ?? b.estimate)?.reason;
  return reason === undefined ? { ...a, usage } : { usage, source: "estimated", estimate: unbounded(usage, reason) };
}
