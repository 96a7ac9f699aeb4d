import { createRequire } from "node:module";
import * as imported from "langchain-metered";
import { startServer } from "../server.cjs";

const required = createRequire(import.meta.url)("langchain-metered");
const server = await startServer();
const pricing = { inputUsdPerMillion: "1", outputUsdPerMillion: "1" };

/** A model of one build, with books of its own, on the books of another. */
async function costs(models, books) {
  const ledger = new books.MemoryLedger();
  const handler = new books.CostCallbackHandler({ ledger });
  const config = { callbacks: [handler] };
  const own = new models.MemoryLedger();
  const tally = new models.CostCallbackHandler({ ledger: own });
  const model = new models.ChatOpenLLM({ model: "m", baseURL: `${server.url}/v1`, pricing, costs: tally });
  const answer = await model.invoke("Greet me.", config);
  for await (const _ of await model.stream("Greet me.", config));
  const ids = new Set([...ledger.entries, ...own.entries].map(({ id }) => id));
  return [
    handler.totals.costUsd,
    books.costOf(answer).totalUsd,
    ledger.entries.map(({ cost }) => cost.basis),
    ids.size,
  ];
}

const found = [await costs(required, imported), await costs(imported, required)];
await server.close();
process.stdout.write(JSON.stringify(found));
