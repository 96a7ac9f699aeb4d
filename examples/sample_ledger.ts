/** A ledger for the examples that read one: some calls of two users, with two models. */
import { ChatFireworks, ChatOpenLLM, CostCallbackHandler, JsonlLedger } from "langchain-metered";

/** Makes calls, and writes them into the ledger at `path`. */
export async function writeSampleLedger(path: string): Promise<void> {
  const costs = new CostCallbackHandler({ ledger: new JsonlLedger(path) });
  const paid = new ChatFireworks("accounts/fireworks/models/minimax-m3p1-flash", { maxTokens: 200 });
  const own = new ChatOpenLLM("llama-3.1-8b", { maxTokens: 200 });
  for (const user of ["ann", "ann", "bob"]) {
    await paid.invoke("What are tides?", { callbacks: [costs], metadata: { user }, tags: ["web"] });
  }
  await own.invoke("What are tides?", { callbacks: [costs], metadata: { user: "bob" }, tags: ["nightly"] });
  await costs.flush();
}
