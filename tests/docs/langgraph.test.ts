import { describe, expect, it } from "@jest/globals";
import { END, entrypoint, MemorySaver, MessagesAnnotation, START, StateGraph, task } from "@langchain/langgraph";
import { Budget, ChatFireworks, CostCallbackHandler, MemoryLedger } from "../../src/index.js";
import { useGuideServer } from "../support/guide_server.js";
import { testExamplesOf } from "../support/page_examples.js";

useGuideServer();

testExamplesOf("docs/langgraph.md", [
  [
    ["human", "ai", "ai"],
    "fireworks/accounts/fireworks/models/minimax-m3p1-flash",
    1,
    "0.00045",
    "ollama/llama3.2",
    1,
    "0",
  ],
  [[1, 2], ["answer"], ["answer: It ", "answer: is ", "answer: high ", "answer: tide."], [1500], 3, 0],
  [
    [
      ["search", "ann", true],
      ["answer", "ann", true],
    ],
  ],
  [1, 0, "Done.", 2],
  [
    { a: "0.0009", b: "0.00045" },
    { tuesday: "0.0009", monday: "0.00045" },
  ],
  ["No criticism: $0.00045 of $0.001 is spent.", "0.00045", "0", 2, 1],
]);

describe("what docs/langgraph.md says", () => {
  const NAME = "accounts/fireworks/models/minimax-m3p1-flash";

  function graphOf(model: ChatFireworks, retryPolicy = { maxAttempts: 3, initialInterval: 1 }) {
    return new StateGraph(MessagesAnnotation)
      .addNode("first", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
      .addNode("second", async ({ messages }) => ({ messages: [await model.invoke(messages)] }), { retryPolicy })
      .addEdge(START, "first")
      .addEdge("first", "second")
      .addEdge("second", END)
      .compile({ checkpointer: new MemorySaver() });
  }

  it("a task and its entrypoint are nodes, and `configurable` says nothing but the thread", async () => {
    const ledger = new MemoryLedger();
    const model = new ChatFireworks(NAME, { costs: new CostCallbackHandler({ ledger }) });
    const write = task("write", async (question: string) => (await model.invoke(question)).text);
    const flow = entrypoint({ name: "flow", checkpointer: new MemorySaver() }, async (question: string) => {
      await model.invoke(question);
      return write(question);
    });
    const configurable = { thread_id: "a", user: "bob", session: "s" };
    await flow.invoke("What are tides?", { configurable, metadata: { user: "ann", customer: "c" } });
    expect(ledger.entries).toMatchObject([
      { node: "flow", threadId: "a", user: "ann", metadata: { customer: "c" } },
      { node: "write", threadId: "a", user: "ann", metadata: { customer: "c" } },
    ]);
    expect(ledger.entries.map(({ session }) => session)).toEqual([undefined, undefined]);
  });

  it("a handler of the model and of the invocation counts a call once", async () => {
    const costs = new CostCallbackHandler();
    const thread = { configurable: { thread_id: "a" }, callbacks: [costs] };
    await graphOf(new ChatFireworks(NAME, { costs })).invoke({ messages: "What are tides?" }, thread);
    expect(costs.totals.calls).toBe(2);
  });

  it("a refusal is not tried again, and the thread goes on when the limit was raised", async () => {
    const budget = new Budget({ name: "thread", limitUsd: "0.001", by: "thread" });
    const costs = new CostCallbackHandler({ budget });
    const graph = graphOf(new ChatFireworks(NAME, { maxTokens: 500, costs }));
    const thread = { configurable: { thread_id: "a" } };
    const refused = graph.invoke({ messages: "What are tides?" }, thread);
    await expect(refused).rejects.toMatchObject({ name: "BudgetExceededError", status: 402 });
    expect(costs.totals).toMatchObject({ calls: 2, deniedCalls: 1 });
    budget.raise({ limitUsd: "1" });
    const { messages } = await graph.invoke(null, thread);
    expect(messages.map(({ type }) => type)).toEqual(["human", "ai", "ai"]);
    expect(costs.totals).toMatchObject({ calls: 3, deniedCalls: 1 });
  });
});
