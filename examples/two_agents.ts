/** A graph of two agents, one on Fireworks and one on a server of one's own: one budget for both, and what each of them cost. */
import "./endpoint.js";
import { HumanMessage } from "@langchain/core/messages";
import { END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { Budget, ChatFireworks, ChatOpenLLM, CostCallbackHandler, MemoryLedger, summarize } from "langchain-metered";

const budget = new Budget({ name: "essay", limitUsd: "0.50", by: "thread" });
const ledger = new MemoryLedger();
const costs = new CostCallbackHandler({ budget, ledger });

const researcher = new ChatFireworks("accounts/fireworks/models/minimax-m3p1-flash", { maxTokens: 400 });
const writer = new ChatOpenLLM("llama-3.1-8b", {
  maxTokens: 400,
  // What an hour of the own machine is worth, over the tokens that it makes in one.
  pricing: { inputUsdPerMillion: "0.02", outputUsdPerMillion: "0.10" },
});

const graph = new StateGraph(MessagesAnnotation)
  .addNode("research", async ({ messages }) => ({ messages: [await researcher.invoke(messages)] }))
  .addNode("write", async ({ messages }) => {
    const order = new HumanMessage("Write that down in one sentence.");
    return { messages: [order, await writer.invoke([...messages, order])] };
  })
  .addEdge(START, "research")
  .addEdge("research", "write")
  .addEdge("write", END)
  .compile();

const config = { callbacks: [costs], configurable: { thread_id: "essay-1" } };
const { messages } = await graph.invoke({ messages: [new HumanMessage("What are tides?")] }, config);
console.log(messages.at(-1)?.text);

for (const { key, calls, costUsd } of summarize(ledger.entries, "node").groups)
  console.log(`${key}: ${calls} call, $${costUsd}`);
const { spent, remaining } = await budget.state("essay-1");
console.log(`The thread has spent $${spent}, and $${remaining} is left.`);
