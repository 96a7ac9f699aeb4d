import { createRequire } from "node:module";
import * as imported from "langchain-metered";
import { startServer } from "../server.cjs";

const required = createRequire(import.meta.url)("langchain-metered");
const server = await startServer();
const pricing = { inputUsdPerMillion: "1", outputUsdPerMillion: "1" };

/** A model of one build on the books of another. */
async function costs(models, books) {
  const ledger = new books.MemoryLedger();
  const handler = new books.CostCallbackHandler({ ledger });
  const config = { callbacks: [handler] };
  const model = new models.ChatOpenLLM({ model: "m", baseURL: `${server.url}/v1`, pricing });
  const answer = await model.invoke("Greet me.", config);
  for await (const _ of await model.stream("Greet me.", config));
  return [handler.totals.costUsd, books.costOf(answer).totalUsd, ledger.entries.map(({ cost }) => cost.basis)];
}

const found = [await costs(required, imported), await costs(imported, required)];
await server.close();
process.stdout.write(JSON.stringify(found));
