/** The main job in one command: `npm run demo`, or `npm run demo -- --live` on a real llama.cpp server. */
import { CostCallbackHandler, estimateCost } from "../../src/callbacks.js";
import { textTable } from "../../src/cli/text_table.js";
import { chooseEndpoint, MAX_TOKENS, nameOf, type Demonstration } from "./endpoint.js";
import { doJob, MOST_CALLS } from "./job.js";

/** No prompt of the job is longer, the answers of the agent's earlier turns included. */
const MOST_INPUT_TOKENS = 1000;

const print = (line: string) => process.stdout.write(`${line}\n`);

function printBound({ models }: Demonstration): void {
  for (const { model } of models) {
    const one = estimateCost({
      model,
      provider: "fireworks",
      inputTokens: MOST_INPUT_TOKENS,
      outputTokens: MAX_TOKENS,
    });
    const most =
      one.totalUsd === undefined ? "unknown: no price is listed" : `$${(Number(one.totalUsd) * MOST_CALLS).toFixed(6)}`;
    print(`The most it can cost (${MOST_CALLS} calls of at most ${MOST_INPUT_TOKENS} + ${MAX_TOKENS} tokens): ${most}`);
  }
}

function printCosts(costs: CostCallbackHandler): void {
  const rows = Object.entries(costs.byModel).map(([model, own]) => [
    model,
    String(own.calls),
    String(own.inputTokens),
    String(own.outputTokens),
    own.costUsd === undefined ? "unpriced" : `$${own.costUsd}`,
  ]);
  print(textTable(["model", "calls", "input", "output", "cost"], rows).join("\n"));
  const { totals } = costs;
  print(
    `total ${totals.costUsd === undefined ? "unpriced" : `$${totals.costUsd}`}; ${totals.unpricedCalls} calls unpriced, ${totals.estimatedCalls} estimated`,
  );
}

const costs = new CostCallbackHandler();
const demonstration = await chooseEndpoint(process.argv.includes("--live"), costs);
print(demonstration.says);
if (demonstration.isPaid) printBound(demonstration);
try {
  for (const model of demonstration.models) {
    print(`\n${model.getName()} (${nameOf(model)})`);
    const { shots, method } = demonstration;
    try {
      await doJob(model, { shots, method, print });
    } catch (error) {
      // What was spent before it is still to be told.
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    }
  }
  print("");
  printCosts(costs);
} finally {
  await demonstration.close();
}
