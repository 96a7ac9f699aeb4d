/**
 * Our classes beside LangChain's own, measured in one run: `npm run bench`, or `npm run bench -- invoke heap --rounds 15`
 * for some jobs. `--profiles DIRECTORY` keeps a CPU profile of each client; `--share 0.01` does a hundredth of the work.
 * `npm run bench -- --scale`, with or without names of jobs, measures how cost grows with the work, and fails past a limit.
 */
import { readArguments, type Asked } from "./arguments.js";
import { ensureBuilt } from "./build.js";
import { measureBundles } from "./bundle.js";
import { measureImports } from "./imports.js";
import { JOBS, WIRES, type ClassName, type Job, type JobName } from "./jobs.js";
import { Field, type Way } from "./measure.js";
import { runScale } from "./scale/run.js";
import { tableOf, type Row } from "./table.js";

async function rowsOf(field: Field, name: JobName): Promise<Row[]> {
  const figures = await field.measure(name);
  const { title, unit, per, aim }: Job = JOBS[name];
  return Object.entries(WIRES).flatMap(([wire, { floor, theirs, ours }]) => {
    const base = figures.get(theirs);
    const row = (subject: ClassName, target?: number): Row[] => {
      const value = figures.get(subject);
      if (value === undefined || base === undefined) return [];
      return [
        { job: title, subject, figure: `${value.toFixed(1)} ${unit} a ${per}`, ratio: value / base, aim: target },
      ];
    };
    return [...row(floor), ...row(theirs), ...ours.flatMap((subject) => row(subject, aim?.[wire as keyof typeof aim]))];
  });
}

async function measureJobs(names: readonly JobName[], way: Way): Promise<Row[]> {
  if (names.length === 0) return [];
  const field = await Field.open(way);
  const rows: Row[] = [];
  try {
    for (const name of names) {
      process.stderr.write(`${JOBS[name].title} ...\n`);
      rows.push(...(await rowsOf(field, name)));
    }
  } finally {
    await field.close();
  }
  return rows;
}

async function measureAll({ jobs, others, way }: Asked): Promise<Row[]> {
  return [
    ...(await measureJobs(jobs, way)),
    ...(others.includes("imports") ? measureImports(way.rounds) : []),
    ...(others.includes("bundle") ? await measureBundles() : []),
  ];
}

const asked = readArguments(process.argv.slice(2));
if (typeof asked === "string") {
  process.stderr.write(`${asked}\n`);
  process.exitCode = 2;
} else {
  ensureBuilt();
  if (asked.scale.length > 0) {
    const isKept = await runScale(asked.scale, asked.way.rounds, asked.way.share);
    process.exit(isKept ? 0 : 1);
  }
  const rows = await measureAll(asked);
  process.stdout.write(`Ratios to LangChain's own class; medians of ${asked.way.rounds} rounds.\n${tableOf(rows)}\n`);
}
