import { parseArgs } from "node:util";
import type { StoreKind } from "./budget/messages.js";
import type { SimulationOptions } from "./simulation.js";

const OPTIONS = {
  calls: { type: "string", default: "10000" },
  seed: { type: "string", default: "1" },
  concurrency: { type: "string" },
  only: { type: "string" },
  budget: { type: "string" },
} as const;

const STORES: readonly StoreKind[] = ["memory", "redis", "postgres"];

/** What the command line asks for. */
export interface Asked extends SimulationOptions {
  /** Simulates budgets in this store instead. */
  budget?: StoreKind;
}

/** What the command line asks for, or in words why that cannot be. */
export function readArguments(args: readonly string[]): Asked | string {
  try {
    const { values } = parseArgs({ args: joined(args), options: OPTIONS });
    const only = countOf("only", values.only, 0);
    const calls = countOf("calls", values.calls, 1) ?? 1;
    const concurrency = countOf("concurrency", values.concurrency, 1);
    const budget = storeOf(values.budget);
    return { calls: only === undefined ? calls : 1, seed: values.seed, concurrency, only, budget };
  } catch (error) {
    const known = Object.keys(OPTIONS).map((name) => `--${name}`);
    return `${error instanceof Error ? error.message : String(error)}\nThe options are ${known.join(", ")}.`;
  }
}

/** `--seed -3` as `--seed=-3`: a value that begins with a dash is no option. */
function joined(args: readonly string[]): string[] {
  const together: string[] = [];
  for (const arg of args) {
    const before = together.at(-1) ?? "";
    if (/^-\d/.test(arg) && /^--\w+$/.test(before)) together[together.length - 1] = `${before}=${arg}`;
    else together.push(arg);
  }
  return together;
}

function storeOf(text: string | undefined): StoreKind | undefined {
  const kind = STORES.find((store) => store === text);
  if (kind !== undefined || text === undefined) return kind;
  throw new RangeError(`\`--budget\` is \`${text}\`. It must be one of ${STORES.join(", ")}.`);
}

function countOf(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(count) && count >= least) return count;
  throw new RangeError(`\`--${option}\` is \`${text}\`. It must be a whole number of at least ${least}.`);
}
