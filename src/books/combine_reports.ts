import type { UsageLike } from "../pricing/usage_buckets.js";
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

function addUsage(a: UsageLike, b: UsageLike): UsageLike {
  const input_tokens = a.input_tokens + b.input_tokens;
  const output_tokens = a.output_tokens + b.output_tokens;
  return {
    input_tokens,
    output_tokens,
    total_tokens: input_tokens + output_tokens,
    input_token_details: {
      cache_read: sum(a.input_token_details?.cache_read, b.input_token_details?.cache_read),
      cache_creation: sum(a.input_token_details?.cache_creation, b.input_token_details?.cache_creation),
    },
    output_token_details: { reasoning: sum(a.output_token_details?.reasoning, b.output_token_details?.reasoning) },
  };
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
}
