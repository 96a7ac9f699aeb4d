import { describe, expect, it } from "@jest/globals";
import { AIMessage } from "@langchain/core/messages";
import { costOf } from "../../src/pricing/cost_of.js";
import { definePriceTable } from "../../src/pricing/define_price_table.js";

const at = new Date("2026-11-20");
const message = (response_metadata: Record<string, unknown>) =>
  new AIMessage({ content: "", usage_metadata: { input_tokens: 1000, output_tokens: 500, total_tokens: 1500 }, response_metadata });
const KIMI = "accounts/fireworks/models/kimi-k3";

describe("costOf", () => {
  it.each([
    ["the model that served", { model_provider: "fireworks", model_name: KIMI }, "0.0105"],
    ["the model that the response names", { model_provider: "fireworks", model: KIMI }, "0.0105"],
    ["the router that was asked for", { model_provider: "fireworks", model_name: KIMI, metered: { requested_model: "accounts/fireworks/routers/kimi-k3-fast" } }, "0.01575"],
    ["the service tier", { model_provider: "fireworks", model_name: KIMI, service_tier: "priority" }, "0.013125"],
    ["a private host", { model_provider: "openllm", model_name: "m", metered: { requested_model: "m", private_host: true } }, "0"],
    ["Ollama's cloud", { model_provider: "ollama", model_name: "kimi-k3", metered: { private_host: false, host: "ollama.com" } }, "0.0105"],
    ["a declared price", { model_provider: "openllm", model_name: "m", metered: { pricing: { inputUsdPerMillion: 1, outputUsdPerMillion: 2 } } }, "0.002"],
    ["a public host", { model_provider: "openllm", model_name: "m", metered: { private_host: false } }, undefined],
    ["no model", {}, undefined],
  ])("goes by %s", (_, metadata, totalUsd) => {
    expect(costOf(message(metadata), { at }).totalUsd).toBe(totalUsd);
  });

  it("can be asked again with another table, date or model", () => {
    const answered = message({ model_provider: "openai", model_name: "gpt-x" });
    expect(costOf(answered, { at }).status).toBe("unpriced");
    const table = definePriceTable([{ model: "gpt-x", inputUsdPerMillion: 1, outputUsdPerMillion: 1 }]);
    expect(costOf(answered, { at, table }).totalUsd).toBe("0.0015");
    expect(costOf(message({ model_name: "our-alias" }), { at, model: KIMI }).totalUsd).toBe("0.0105");
    expect(costOf(message({ model_name: KIMI }), { at: new Date("2024-01-01") }).status).toBe("unpriced");
  });

  it.each([undefined, null, {}, new AIMessage("hi"), { response_metadata: { metered: 5 } }])("is unpriced for %p", (nothing) => {
    expect(costOf(nothing as never)).toMatchObject({ status: "unpriced", totalUsd: undefined });
  });
});
