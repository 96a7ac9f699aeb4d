import { Budget, ChatOpenLLM, CostCallbackHandler, memoryBudgetStore, withBudget } from "langchain-metered";
import { budgetMiddleware } from "langchain-metered/middleware";
import { postgresBudgetStore } from "langchain-metered/postgres";
import { redisBudgetStore } from "langchain-metered/redis";
import { budgetStoreSuite } from "langchain-metered/testing";
import { createAgent } from "langchain";
import { startServer } from "../server.cjs";

/** Calls under a budget, in each of the ways in which one can be put on them. */
async function job(server) {
  const options = { model: "m", baseURL: `${server.url}/v1`, pricing: "free", maxTokens: 2 };
  const budget = new Budget({ limitTokens: 5_000 });
  const model = new ChatOpenLLM({ ...options, callbacks: [new CostCallbackHandler({ budget })] });
  await model.invoke("Greet me.");
  const { spent } = await budget.state();
  const small = new Budget({ limitTokens: 1 });
  const error = await withBudget(new ChatOpenLLM(options), small)
    .invoke("Greet me.")
    .catch((thrown) => thrown);
  const quotes = await Promise.all([budget, small].map((each) => each.quote(model, "Greet me.")));
  const wrapped = await withBudget(new ChatOpenLLM(options), budget).invoke("Greet me.");
  const asked = { messages: [{ role: "user", content: "Greet me." }] };
  const agents = [budget, small].map((each) =>
    createAgent({ model: new ChatOpenLLM(options), tools: [], middleware: [budgetMiddleware(each)] }).invoke(asked),
  );
  const [answered, stopped] = (await Promise.all(agents)).map(({ messages }) => messages.at(-1));
  await budget.flush();
  return {
    spent,
    denied: error.name,
    fits: quotes.map(({ fits }) => fits),
    wrapped: wrapped.content,
    agent: [answered.content, stopped.response_metadata.finish_reason],
    cases: await everyCase(),
    refused: [() => redisBudgetStore({}), () => postgresBudgetStore({})].map(nameOfError),
  };
}

/** The memory store, in the suite that any store must pass. */
async function everyCase() {
  let store;
  const suite = budgetStoreSuite({
    fresh: () => (store = undefined),
    open: ({ now }) => (store ??= memoryBudgetStore({ now })),
  });
  for (const { run } of suite) await run();
  return suite.length > 10;
}

function nameOfError(act) {
  try {
    return act();
  } catch (error) {
    return error.name;
  }
}

const server = await startServer();
const found = await job(server);
await server.close();
process.stdout.write(JSON.stringify(found));
