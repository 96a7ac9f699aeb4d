import { expect, it } from "@jest/globals";
import { CostCallbackHandler, costOf, definePriceTable, priceOf } from "../../src/callbacks.js";
import { ScriptedModel } from "./scripted_model.js";

const MODEL = "meta-llama/Llama-3.3-70B-Instruct-Turbo";
const row = { provider: "together", model: MODEL, inputUsdPerMillion: "0.88", outputUsdPerMillion: "0.88" };
const table = definePriceTable([row, { ...row, model: "Qwen/Qwen3-8B", inputUsdPerMillion: 0.2 }]);
const usage_metadata = { input_tokens: 1_000_000, output_tokens: 500_000, total_tokens: 1_500_000 };
const answered = {
  content: "hi",
  usage_metadata,
  response_metadata: { model_provider: "together", model_name: MODEL, usage_source: "server" },
};
const facts = { requested_model: MODEL, private_host: false, host: "api.together.xyz" };

it("a provider that the package does not know needs nothing but its price rows", async () => {
  const costs = new CostCallbackHandler({ table });
  const model = new ScriptedModel({ provider: "together", model: MODEL, facts, answer: { messages: [answered] } });
  const message = await model.invoke("hi", { callbacks: [costs] });
  for await (const _ of await model.stream("hi", { callbacks: [costs] }));
  expect(costs.totals).toMatchObject({ calls: 2, costUsd: "2.64", unpricedCalls: 0, warnings: [] });
  expect(Object.keys(costs.byModel)).toEqual([`together/${MODEL}`]);
  expect(costOf(message, { table })).toMatchObject({ status: "priced", totalUsd: "1.32", basis: "user" });
});

it("it is found in any case of its letters, and only with that provider", () => {
  const price = (model: string, provider: string) => priceOf(model, { table, provider }).inputUsdPerMillion;
  expect(price(MODEL.toLowerCase(), "Together")).toBe("0.88");
  expect(price("Qwen/Qwen3-8B", "together")).toBe("0.2");
  expect(price(MODEL, "groq")).toBeNull();
});

it("without rows its calls are unpriced, and the reason says that no table has it", () => {
  expect(priceOf(MODEL, { provider: "together" })).toMatchObject({
    basis: "unpriced",
    reason: "no price table has models of the provider `together`",
  });
});
