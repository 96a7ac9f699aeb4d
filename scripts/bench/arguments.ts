import { parseArgs } from "node:util";
import { JOBS, type JobName } from "./jobs.js";
import type { Way } from "./measure.js";
import { SCALE_JOBS, type ScaleName } from "./scale/jobs.js";

const OPTIONS = {
  rounds: { type: "string" },
  share: { type: "string", default: "1" },
  profiles: { type: "string" },
  scale: { type: "boolean", default: false },
} as const;

const ROUNDS = "9";
/** A round of growth takes long, and what grows badly shows in few. */
const SCALE_ROUNDS = "3";

/** What is measured beside the classes' work. */
const OTHERS = ["imports", "bundle"] as const;
const NAMES = Object.keys(JOBS) as JobName[];
const SCALE_NAMES = Object.keys(SCALE_JOBS) as ScaleName[];

/** What the command line asks for. */
export interface Asked {
  jobs: JobName[];
  others: (typeof OTHERS)[number][];
  /** How cost grows: instead of the others. */
  scale: ScaleName[];
  way: Way;
}

/** Reads the command line, or says why that cannot be. */
export function readArguments(args: string[]): Asked | string {
  try {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const known: readonly string[] = values.scale ? SCALE_NAMES : [...NAMES, ...OTHERS];
    const unknown = positionals.find((name) => !known.includes(name));
    if (unknown !== undefined) return `There is no job \`${unknown}\`. The jobs are ${known.join(", ")}.`;
    const isAsked = (name: string) => positionals.length === 0 || positionals.includes(name);
    const rounds = values.rounds ?? (values.scale ? SCALE_ROUNDS : ROUNDS);
    const way = { rounds: Number(rounds), share: Number(values.share), profiles: values.profiles };
    if (!Number.isSafeInteger(way.rounds) || way.rounds < 1) return "`--rounds` must be a whole number of at least 1.";
    if (!(way.share > 0)) return "`--share` must be a number above 0.";
    if (values.scale) return { jobs: [], others: [], scale: SCALE_NAMES.filter(isAsked), way };
    return { jobs: NAMES.filter(isAsked), others: OTHERS.filter(isAsked), scale: [], way };
  } catch (error) {
    const known = Object.keys(OPTIONS).map((name) => `--${name}`);
    return `${error instanceof Error ? error.message : String(error)}\nThe options are ${known.join(", ")}.`;
  }
}
