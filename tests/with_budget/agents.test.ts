import { describe, expect, it } from "@jest/globals";
import { HumanMessage } from "@langchain/core/messages";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { ChatOpenAI } from "@langchain/openai";
import { ChatOpenRouter } from "@langchain/openrouter";
import { createAgent, initChatModel, tool } from "langchain";
import * as z from "zod";
import { Budget, BudgetExceededError, CostCallbackHandler, MemoryLedger, withBudget } from "../../src/index.js";
import { chatCompletion } from "../everybody/chat_completions.js";
import { completion, counts, failure } from "../support/completions.js";
import { useWireServer } from "../support/use_server.js";
import { json } from "../support/wire_script.js";

const server = useWireServer();
const pricing = { inputUsdPerMillion: "1", outputUsdPerMillion: "2" };
const usage = { prompt_tokens: 1600, completion_tokens: 90, total_tokens: 1690 };
const WHOLE = chatCompletion({ model: "m", usage }).invoke; // 1600 x 1 + 90 x 2 = 1780 micro-dollars
const ASKS_FOR_TOOL = json(
  200,
  completion(
    {
      role: "assistant",
      content: "",
      tool_calls: [{ id: "call_1", type: "function", function: { name: "tide", arguments: '{"place":"Brest"}' } }],
    },
    { finish_reason: "tool_calls" },
    { usage: counts(1600, 90) },
  ),
);
const tide = tool(() => "high at noon", {
  name: "tide",
  description: "When the tide is high",
  schema: z.object({ place: z.string() }),
});
const question = { messages: [{ role: "user" as const, content: "When is the tide high in Brest?" }] };

const openAI = () =>
  new ChatOpenAI({ model: "gpt-4o", apiKey: "k", maxRetries: 0, configuration: { baseURL: server.url } });
const openRouter = () =>
  new ChatOpenRouter({ model: "acme/some-model", apiKey: "k", baseURL: server.url, maxRetries: 0 });

describe.each([
  ["ChatOpenAI, which makes a new model", openAI],
  ["ChatOpenRouter, which is bound", openRouter],
])("an agent of %s", (_, make) => {
  it("draws on the budget with each call", async () => {
    server.reply(ASKS_FOR_TOOL, WHOLE);
    const budget = new Budget({ limitUsd: "1" });
    const model = withBudget(make(), budget, { pricing });
    await createAgent({ model, tools: [tide] }).invoke(question);
    expect(await budget.state()).toMatchObject({ spent: "0.00356", held: "0" });
  });

  it("ends where the budget does", async () => {
    server.reply(ASKS_FOR_TOOL);
    const before = server.requests.length;
    const model = withBudget(make(), { limitCalls: 1 }, { pricing });
    const error = await failure(createAgent({ model, tools: [tide] }).invoke(question));
    expect(BudgetExceededError.isInstance(error)).toBe(true);
    expect(server.requests.length - before).toBe(1);
  });
});

it("an agent of LangGraph's draws on the budget too", async () => {
  server.reply(ASKS_FOR_TOOL, WHOLE);
  const budget = new Budget({ limitUsd: "1" });
  await createReactAgent({ llm: withBudget(openAI(), budget, { pricing }), tools: [tide] }).invoke({
    messages: [new HumanMessage("When is the tide high in Brest?")],
  });
  expect(await budget.state()).toMatchObject({ spent: "0.00356", held: "0" });
});

describe("a model that initChatModel made", () => {
  const made = () =>
    initChatModel("openai:gpt-4o", { apiKey: "k", maxRetries: 0, configuration: { baseURL: server.url } });

  it("draws on the budget, with what is bound to it", async () => {
    server.reply(WHOLE, WHOLE, WHOLE);
    const budget = new Budget({ limitUsd: "1" });
    const model = withBudget(await made(), budget, { pricing });
    await model.invoke("Hi");
    await model.bindTools([tide]).invoke("Hi");
    await model.withConfig({ tags: ["t"] }).invoke("Hi");
    expect(await budget.state()).toMatchObject({ spent: "0.00534", held: "0" });
    expect(server.requests.at(-2)?.json).toHaveProperty(["tools", "0", "function", "name"], "tide");
  });

  it("is denied within an agent, and as structured output", async () => {
    const budget = new Budget({ limitUsd: "0.000001" });
    const model = withBudget(await made(), budget, { pricing });
    const asked = [
      createAgent({ model, tools: [tide] }).invoke(question),
      model.withStructuredOutput(z.object({ ocean: z.string() })).invoke("Hi"),
    ];
    for (const each of asked) expect(BudgetExceededError.isInstance(await failure(each))).toBe(true);
  });

  it("stays as it is", async () => {
    server.reply(WHOLE);
    const model = await made();
    withBudget(model, { limitUsd: "0.000001" }, { pricing });
    await model.invoke("Hi");
  });
});

it("is charged once where a handler has the same budget", async () => {
  server.reply(WHOLE);
  const budget = new Budget({ limitUsd: "1" });
  const ledger = new MemoryLedger();
  const costs = new CostCallbackHandler({ budget, ledger });
  await withBudget(openAI(), budget, { pricing }).invoke("Hi", { callbacks: [costs] });
  expect(await budget.state()).toMatchObject({ spent: "0.00178", held: "0" });
});

it("asks the budgets of a model that has some together with new ones", async () => {
  server.reply(WHOLE);
  const [whole, small] = [new Budget({ limitUsd: "1" }), new Budget({ limitCalls: 1 })];
  const model = withBudget(withBudget(openAI(), whole, { pricing }), small);
  await model.invoke("Hi");
  expect(BudgetExceededError.isInstance(await failure(model.invoke("Hi")))).toBe(true);
  expect([await whole.state(), await small.state()]).toMatchObject([
    { spent: "0.00178", held: "0" },
    { spent: "1", held: "0" },
  ]);
});

it("draws on the pot of the run's user, also where core hands its stream no run", async () => {
  server.always(chatCompletion({ model: "m", usage }).stream);
  const budget = new Budget({ limitUsd: "1", by: "user" });
  const model = withBudget(openAI(), budget, { pricing });
  for await (const _ of model.streamEvents("Hi", { metadata: { user: "ada" } }));
  for await (const _ of await model.stream("Hi", { metadata: { user: "ada" } }));
  expect(await budget.state("ada")).toMatchObject({ spent: "0.00356", held: "0" });
});
