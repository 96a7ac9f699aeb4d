import { AIMessage } from "@langchain/core/messages";
import { describe, expect, it } from "@jest/globals";
import {
  compareModels,
  costOf,
  costOfUsage,
  dedicatedCost,
  estimateCost,
  fineTuningCost,
} from "../../src/callbacks.js";
import { MILLIONS, PRICES } from "./prices.js";

const metadata = { model_provider: "acme", model_name: "roadrunner" };
const answer = new AIMessage({ content: "hi", usage_metadata: MILLIONS, response_metadata: metadata });

describe("JSON of a cost", () => {
  it("has the amounts that JSON has no number for as strings of digits", () => {
    const cost = costOf(answer, { table: PRICES });
    expect(JSON.parse(JSON.stringify(cost))).toMatchObject({
      status: "priced",
      totalUsd: "5",
      lowUsd: "5",
      totalPico: "5000000000000",
      components: { output: { tokens: 1_000_000, usdPerMillion: "4", usd: "4", pico: "4000000000000" } },
      assumptions: [],
    });
    expect(cost.totalPico).toBe(5_000_000_000_000n);
  });

  it("has those inside other values too", () => {
    const rows = [{ id: 1, cost: costOf(answer, { table: PRICES }) }];
    expect(JSON.stringify(rows)).toContain('"totalPico":"5000000000000"');
  });

  it("has those of its parts alone", () => {
    const { components } = costOf(answer, { table: PRICES });
    expect(JSON.parse(JSON.stringify(components))).toMatchObject({ output: { usd: "4", pico: "4000000000000" } });
    expect(Object.keys(components)).not.toContain("toJSON");
  });

  it.each([
    ["an unpriced message", () => costOf(answer)],
    ["a message with counts that cannot be", () => costOf({ usage_metadata: { ...MILLIONS, input_tokens: -1 } })],
    ["costOfUsage", () => costOfUsage(MILLIONS, { provider: "acme", model: "roadrunner" }, { table: PRICES })],
    ["estimateCost", () => estimateCost({ model: "kimi-k3", inputTokens: 10, outputTokens: 10 })],
    ["compareModels", () => compareModels(MILLIONS, ["kimi-k3"])],
    ["dedicatedCost", () => dedicatedCost({ gpu: "H100", seconds: 60 })],
    ["fineTuningCost", () => fineTuningCost({ model: "accounts/fireworks/models/qwen3-8b", tokens: 1000 })],
  ])("works for %s", (_, cost) => {
    expect(JSON.parse(JSON.stringify(cost()))).toBeInstanceOf(Object);
  });

  it("is seen by nothing else", () => {
    expect(Object.keys(costOf(answer))).not.toContain("toJSON");
  });
});
