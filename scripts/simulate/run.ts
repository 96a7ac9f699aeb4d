/**
 * Random calls against a server that keeps its own bill: `npm run simulate -- --calls 10000 --seed 1`. The last line is
 * one JSON object. `--only N` repeats one call of a seed. `--budget redis` (or `memory`, `postgres`) makes the calls on budgets instead.
 */
import { readArguments } from "./arguments.js";
import { runBudgets } from "./budget/run.js";
import { disagreement, summaryOf, toFigures } from "./report.js";
import { simulate } from "./simulation.js";

const SHOWN = 10;

const print = (line: string) => process.stdout.write(`${line}\n`);

const options = readArguments(process.argv.slice(2));
if (typeof options === "string") {
  process.stderr.write(`${options}\n`);
  process.exit(2);
}

const { calls, seed, budget } = options;
if (budget !== undefined) process.exit((await runBudgets({ kind: budget, calls, seed }, print)) ? 0 : 1);

const started = performance.now();
const result = await simulate(options);
const figures = toFigures(calls, result);
for (const line of summaryOf(result)) print(line);
const wrong = result.comparisons.filter(({ problems }) => problems.length > 0);
if (wrong.length > 0) print(`\nbooks and bill disagree on ${wrong.length} runs:`);
for (const comparison of wrong.slice(0, SHOWN)) for (const line of disagreement(comparison, seed)) print(line);
print(`\nseed ${seed}, ${((performance.now() - started) / 1000).toFixed(1)} s`);
print(JSON.stringify(figures));
process.exitCode = figures.ok ? 0 : 1;
