import type { ScaleJob } from "./jobs.js";
import type { Measured } from "./measure.js";

/** One line of the table. */
export interface ScaleRow {
  job: string;
  subject: string;
  size: string;
  ours: string;
  theirs: string;
  ratio?: number;
  exponent?: number;
  limit: string;
  verdict: string;
  isPassed: boolean;
}

/** The exponent of the power of its size that a cost grows by: the slope through its points on logarithmic paper. */
function exponentOf(sizes: readonly number[], costs: readonly number[]): number | undefined {
  const points = sizes.map((size, at) => [Math.log(size), Math.log(costs[at] ?? 0)] as const);
  if (points.length < 2 || !points.every(([, y]) => Number.isFinite(y))) return undefined;
  const mean = (values: number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
  const [midX, midY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const along = points.reduce((sum, [x, y]) => sum + (x - midX) * (y - midY), 0);
  return along / points.reduce((sum, [x]) => sum + (x - midX) ** 2, 0);
}

/** What a job's measurement comes to, and whether a limit was passed. */
export function rowOf(job: ScaleJob, { pair, sizes, ours, theirs }: Measured): ScaleRow {
  const most = ours.values.at(-1) ?? Number.NaN;
  const base = theirs?.values.at(-1);
  const least = job.least === "tick" ? ours.tick : (job.least ?? 0);
  const denominator = base === undefined && job.least === undefined ? undefined : Math.max(base ?? 0, least);
  const ratio = denominator === undefined ? undefined : most / denominator;
  const exponent = exponentOf(sizes, ours.values);
  const over = [
    ours.failed,
    exceeds(ratio, job.limit.ratio) ? "ratio" : undefined,
    exceeds(exponent, job.limit.exponent) ? "exponent" : undefined,
  ].filter((each) => each !== undefined);
  return {
    job: job.title,
    subject: pair.variant === undefined ? pair.ours : `${pair.ours}, ${pair.variant}`,
    size: `${sizes.at(-1)?.toLocaleString("en")} ${job.of}`,
    ours: `${shown(most)} ${job.unit}`,
    theirs: base === undefined ? "" : shown(base),
    ratio,
    exponent,
    limit: [job.limit.ratio ?? "-", job.limit.exponent ?? "-"].join(" / "),
    verdict: over.length === 0 ? "kept" : `PASSED: ${over.join(", ")}`,
    isPassed: over.length > 0,
  };
}

/** A figure that is missing keeps no limit. */
function exceeds(figure: number | undefined, limit: number | undefined): boolean {
  return limit !== undefined && figure !== undefined && !(figure <= limit);
}

const shown = (value: number): string => (Math.abs(value) < 10 ? value.toFixed(2) : value.toFixed(0));
