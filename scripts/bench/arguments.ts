import { parseArgs } from "node:util";
import { JOBS, type JobName } from "./jobs.js";
import type { Way } from "./measure.js";

const OPTIONS = {
  rounds: { type: "string", default: "9" },
  share: { type: "string", default: "1" },
  profiles: { type: "string" },
} as const;

/** What is measured beside the classes' work. */
const OTHERS = ["imports", "bundle"] as const;
const NAMES = Object.keys(JOBS) as JobName[];

/** What the command line asks for. */
export interface Asked {
  jobs: JobName[];
  others: (typeof OTHERS)[number][];
  way: Way;
}

/** Reads the command line, or says why that cannot be. */
export function readArguments(args: string[]): Asked | string {
  try {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const known: readonly string[] = [...NAMES, ...OTHERS];
    const unknown = positionals.find((name) => !known.includes(name));
    if (unknown !== undefined) return `There is no job \`${unknown}\`. The jobs are ${known.join(", ")}.`;
    const isAsked = (name: string) => positionals.length === 0 || positionals.includes(name);
    const way = { rounds: Number(values.rounds), share: Number(values.share), profiles: values.profiles };
    if (!Number.isSafeInteger(way.rounds) || way.rounds < 1) return "`--rounds` must be a whole number of at least 1.";
    if (!(way.share > 0)) return "`--share` must be a number above 0.";
    return { jobs: NAMES.filter(isAsked), others: OTHERS.filter(isAsked), way };
  } catch (error) {
    const known = Object.keys(OPTIONS).map((name) => `--${name}`);
    return `${error instanceof Error ? error.message : String(error)}\nThe options are ${known.join(", ")}.`;
  }
}
