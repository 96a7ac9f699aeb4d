/**
 * Random calls against a server that keeps its own bill: `npm run simulate -- --calls 10000 --seed 1`. The last line is
 * one JSON object. `--only N` repeats one call of a seed.
 */
import { parseArgs } from "node:util";
import { disagreement, summaryOf, toFigures } from "./simulate/report.js";
import { simulate } from "./simulate/simulation.js";

const SHOWN = 10;

const print = (line: string) => process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: {
    calls: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    concurrency: { type: "string" },
    only: { type: "string" },
  },
});

function countOf(option: "calls" | "concurrency" | "only", least: number): number | undefined {
  const text = values[option];
  if (text === undefined) return undefined;
  const count = Number(text);
  if (Number.isInteger(count) && count >= least) return count;
  print(`\`--${option}\` is \`${text}\`. It must be a whole number of at least ${least}.`);
  process.exit(2);
}

const only = countOf("only", 0);
const calls = only === undefined ? (countOf("calls", 1) ?? 0) : 1;
const started = performance.now();
const result = await simulate({ calls, seed: values.seed, concurrency: countOf("concurrency", 1), only });
const figures = toFigures(calls, result);
for (const line of summaryOf(result)) print(line);
const wrong = result.comparisons.filter(({ problems }) => problems.length > 0);
if (wrong.length > 0) print(`\nbooks and bill disagree on ${wrong.length} runs:`);
for (const comparison of wrong.slice(0, SHOWN)) for (const line of disagreement(comparison, values.seed)) print(line);
print(`\nseed ${values.seed}, ${((performance.now() - started) / 1000).toFixed(1)} s`);
print(JSON.stringify(figures));
process.exitCode = figures.ok ? 0 : 1;
