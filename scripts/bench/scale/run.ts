import { columns } from "../table.js";
import { SCALE_JOBS, type ScaleJob, type ScaleName } from "./jobs.js";
import { measureScale } from "./measure.js";
import { rowOf, type ScaleRow } from "./rows.js";

const HEAD = ["job", "subject", "at", "ours", "peer", "ratio", "exponent", "limits", ""];

/** Measures how cost grows with the work, prints the table, and says whether each limit was kept. */
export async function runScale(names: readonly ScaleName[], rounds: number, share: number): Promise<boolean> {
  const rows: ScaleRow[] = [];
  for (const name of names) {
    const job: ScaleJob = SCALE_JOBS[name];
    process.stderr.write(`${job.title} ...\n`);
    rows.push(...(await measureScale(name, rounds, share)).map((measured) => rowOf(job, measured)));
  }
  const lines = rows.map((row, index) => [
    row.job === rows[index - 1]?.job ? "" : row.job,
    row.subject,
    row.size,
    row.ours,
    row.theirs,
    row.ratio?.toFixed(2) ?? "",
    row.exponent?.toFixed(2) ?? "",
    row.limit,
    row.verdict,
  ]);
  process.stdout.write(
    `Ratios to LangChain's own class or to the plain case, at the largest size; exponents of growth; medians of ${rounds} rounds.\n` +
      `${columns([HEAD, ...lines], 3)}\n`,
  );
  return rows.every(({ isPassed }) => !isPassed);
}
