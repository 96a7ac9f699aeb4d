import { ChatOpenRouter } from "@langchain/openrouter";
import { expect, it } from "@jest/globals";
import { createAgent, initChatModel, tool } from "langchain";
import * as z from "zod";
import { CostCallbackHandler } from "../../src/callbacks.js";
import { useWireServer } from "../support/use_server.js";
import { json, ndjson } from "../support/wire_script.js";
import { asAsked, BILLED, openRouter } from "./openrouter_bytes.js";

const server = useWireServer();

const asksForTool = {
  id: "gen-1764000000-a1b2c3",
  provider: "Acme",
  model: "acme/some-model",
  object: "chat.completion",
  created: 1764000000,
  choices: [
    {
      index: 0,
      finish_reason: "tool_calls",
      message: {
        role: "assistant",
        content: "",
        tool_calls: [{ id: "call_1", type: "function", function: { name: "tide", arguments: '{"place":"Brest"}' } }],
      },
    },
  ],
  usage: { ...BILLED, cost: 0.001 },
};

const tide = tool(() => "high at noon", {
  name: "tide",
  description: "When the tide is high",
  schema: z.object({ place: z.string() }),
});

it("an agent's calls cost what OpenRouter says of each", async () => {
  const model = new ChatOpenRouter({ model: "acme/some-model", apiKey: "k", baseURL: server.url, maxRetries: 0 });
  server.reply(json(200, asksForTool), openRouter(BILLED).invoke);
  const costs = new CostCallbackHandler();
  await createAgent({ model, tools: [tide] }).invoke(
    { messages: [{ role: "user", content: "When is the tide high in Brest?" }] },
    { callbacks: [costs] },
  );
  expect(costs.totals).toMatchObject({ calls: 2, inputTokens: 3200, costUsd: "0.00412", openCalls: 0, warnings: [] });
});

it.each(["messages", "updates", "values"] as const)(
  "an agent's stream of %s costs what its calls do",
  async (streamMode) => {
    const model = new ChatOpenRouter({ model: "acme/some-model", apiKey: "k", baseURL: server.url, maxRetries: 0 });
    server.always(asAsked(openRouter(BILLED)));
    const costs = new CostCallbackHandler();
    const stream = await createAgent({ model, tools: [] }).stream(
      { messages: [{ role: "user", content: "Hi" }] },
      { callbacks: [costs], streamMode },
    );
    for await (const _ of stream);
    expect(costs.totals).toMatchObject({ calls: 1, costUsd: "0.00312", openCalls: 0, warnings: [] });
  },
);

it("a model that initChatModel made is the class's that it chose", async () => {
  const line = { model: "llama3.2", created_at: "2026-10-01T10:00:00Z", message: { role: "assistant", content: "Hi" } };
  const counts = { load_duration: 1, eval_duration: 1, prompt_eval_count: 10, eval_count: 2 };
  server.always(ndjson([{ ...line, done: true, done_reason: "stop", ...counts }]));
  const costs = new CostCallbackHandler();
  const model = await initChatModel("ollama:llama3.2", { baseUrl: server.url, maxRetries: 0 });
  await model.invoke("Hi", { callbacks: [costs] });
  expect(costs.totals).toMatchObject({ calls: 1, inputTokens: 10, costUsd: "0", warnings: [] });
  expect(Object.keys(costs.byModel)).toEqual(["ollama/llama3.2"]);
});

it("a model that initChatModel made for another server costs what that server says", async () => {
  server.always(asAsked(openRouter(BILLED)));
  const costs = new CostCallbackHandler();
  const model = await initChatModel("openai:acme/some-model", { apiKey: "k", configuration: { baseURL: server.url } });
  await model.invoke("Hi", { callbacks: [costs] });
  expect(costs.totals).toMatchObject({ calls: 1, costUsd: "0.00312" });
});
