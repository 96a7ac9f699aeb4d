import { expect, it } from "@jest/globals";
import { Budget, BudgetExceededError, CostCallbackHandler, withBudget } from "../../src/index.js";
import { ChatFireworks } from "../../src/fireworks.js";
import { ChatOllamaLite } from "../../src/ollama.js";
import { ChatOpenLLM } from "../../src/openllm.js";
import { failure, modelOf, saying } from "../support/completions.js";
import { useWireServer } from "../support/use_server.js";
import { json } from "../support/wire_script.js";

const server = useWireServer();
const pricing = { inputUsdPerMillion: "1", outputUsdPerMillion: "2" };

it("this package's models keep to it, with what is bound to them", async () => {
  server.reply(saying("Hello"), saying("Hello"), saying("Hello"));
  const budget = new Budget({ limitUsd: "1" });
  const model = withBudget(modelOf(server, { pricing }), budget);
  await model.invoke("Hi");
  await model.withConfig({ tags: ["t"] }).invoke("Hi");
  for await (const _ of await model.stream("Hi"));
  expect(model).toBeInstanceOf(ChatOpenLLM);
  expect(await budget.state()).toMatchObject({ spent: "0.00006", held: "0" }); // 3 x (10 x 1 + 5 x 2) micro-dollars
});

it("is asked once where the model's own handler has the same budget", async () => {
  server.reply(saying("Hello"));
  const budget = new Budget({ limitUsd: "1" });
  const costs = new CostCallbackHandler({ budget });
  await withBudget(modelOf(server, { pricing, costs }), budget).invoke("Hi");
  expect(await budget.state()).toMatchObject({ spent: "0.00002", held: "0" });
});

it.each([
  [
    "ChatFireworks",
    () => new ChatFireworks({ model: "accounts/fireworks/models/gpt-oss-120b", apiKey: "k", baseURL: server.url }),
  ],
  ["ChatOpenLLM", () => modelOf(server, { pricing })],
  ["ChatOllamaLite", () => new ChatOllamaLite({ model: "m", baseURL: server.url, pricing })],
] as const)("%s sends nothing that is denied", async (_, make) => {
  const before = server.requests.length;
  const model = withBudget(make(), { limitUsd: "0.000000001" });
  expect(BudgetExceededError.isInstance(await failure(model.invoke("Hi")))).toBe(true);
  expect(server.requests.length).toBe(before);
});

it("methods of a model's own work on what it returns", async () => {
  server.on("/v1/models", json(200, { data: [{ id: "m", object: "model" }] }));
  const model = withBudget(modelOf(server), { limitUsd: "1" });
  expect((await model.models()).map(({ id }) => id)).toEqual(["m"]);
});
