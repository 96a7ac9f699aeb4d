/** From Fireworks to an Ollama of one's own where Fireworks does not answer: both are on the same books, the failed call too. */
import { isLive } from "./endpoint.js";
import { ChatFireworks, ChatOllamaLite, CostCallbackHandler, MemoryLedger } from "langchain-metered";

const ledger = new MemoryLedger();
const costs = new CostCallbackHandler({ ledger });
const fireworks = new ChatFireworks("accounts/fireworks/models/minimax-m3p1-flash", {
  maxTokens: 200,
  // Who has another model at hand need not wait for long.
  maxRetries: 0,
  timeout: 10_000,
  // Nobody listens there, so that there is something to fall back from.
  ...(isLive ? {} : { baseURL: "http://127.0.0.1:65535/v1" }),
});
const model = fireworks.withFallbacks([new ChatOllamaLite("llama3.2", { maxTokens: 200 })]);

const answer = await model.invoke("What are tides? One sentence.", { callbacks: [costs] });
console.log(answer.text);

for (const { provider, outcome, errorType, usage, cost } of ledger.entries) {
  const tokens = usage === undefined ? "no tokens" : `${usage.inputTokens + usage.outputTokens} tokens`;
  console.log(`${provider}: ${outcome}${errorType === undefined ? "" : ` (${errorType})`}, ${tokens}, ${cost.status}`);
}
console.log(`${costs.totals.calls} calls, $${costs.totals.costUsd ?? "unknown"}`);
