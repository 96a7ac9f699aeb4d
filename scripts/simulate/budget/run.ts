import type { StoreKind } from "./messages.js";
import { toBudgetFigures } from "./report.js";
import { lineOf } from "./round_figures.js";
import { planRounds } from "./rounds.js";
import { simulateBudgets } from "./simulation.js";

const SHOWN = 10;

/** Simulates budgets, and says how it goes. The last line is one JSON object. @returns whether all was as it should be */
export async function runBudgets(
  { kind, calls, seed }: { kind: StoreKind; calls: number; seed: string },
  print: (line: string) => void,
): Promise<boolean> {
  const started = performance.now();
  const result = await simulateBudgets({
    kind,
    seed,
    rounds: planRounds(kind, calls),
    onRound: (figures) => {
      print(lineOf(figures));
      for (const problem of figures.problems.slice(0, SHOWN)) print(`  ${problem}`);
    },
  });
  for (const problem of result.problems.slice(0, SHOWN)) print(problem);
  print(`\nseed ${seed}, ${((performance.now() - started) / 1000).toFixed(1)} s`);
  const figures = toBudgetFigures(result);
  print(JSON.stringify(figures));
  return figures.ok;
}
