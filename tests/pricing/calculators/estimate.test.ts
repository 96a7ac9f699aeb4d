import { describe, expect, it } from "@jest/globals";
import { PriceNotFoundError } from "../../../src/base/errors.js";
import { compareModels } from "../../../src/pricing/calculators/compare_models.js";
import { definePriceTable } from "../../../src/pricing/look_up/define_price_table.js";
import { estimateCost } from "../../../src/pricing/calculators/estimate.js";

const MODELS = "accounts/fireworks/models/";
const at = new Date("2026-11-20");

describe("estimateCost", () => {
  it.each([
    [{ model: `${MODELS}kimi-k3`, inputTokens: 1000, outputTokens: 500 }, "0.0105"],
    [{ model: `${MODELS}kimi-k3`, inputTokens: 1000, outputTokens: 500, cachedInputTokens: 1000 }, "0.0078"],
    [{ model: `${MODELS}kimi-k3`, inputTokens: 1000, outputTokens: 500, reasoningTokens: 400 }, "0.0105"],
    [{ model: `${MODELS}kimi-k3`, inputTokens: 1000, outputTokens: 500, serviceTier: "priority" }, "0.013125"],
    [{ model: `${MODELS}kimi-k3`, inputTokens: 1000, outputTokens: 500, batch: true }, "0.00525"],
    [{ model: "m", provider: "openllm", inputTokens: 10, outputTokens: 5, isPrivateHost: true }, "0"],
    [
      {
        model: "m",
        provider: "openllm",
        inputTokens: 10,
        outputTokens: 5,
        declared: { gpuUsdPerHour: "3.6" },
        seconds: 10,
      },
      "0.01",
    ],
  ])("%j", (query, totalUsd) => {
    expect(estimateCost({ ...query, at }).totalUsd).toBe(totalUsd);
  });

  it.each([
    ["2026-11-14", 0],
    ["2026-11-15", 1],
  ])("of a batch job of %s has %i warnings that Batch is paused", (day, count) => {
    const { warnings } = estimateCost({ model: "kimi-k3", inputTokens: 1, outputTokens: 1, batch: true, at: day });
    expect(warnings.filter((warning) => warning.includes("paused Batch"))).toHaveLength(count);
  });

  it("takes the user's table", () => {
    const table = definePriceTable([{ model: "m", inputUsdPerMillion: 1, outputUsdPerMillion: 1 }]);
    expect(estimateCost({ model: "m", inputTokens: 1, outputTokens: 1, table }).totalUsd).toBe("0.000002");
  });

  it("has no total without a price, and throws only when strict", () => {
    const query = { model: "kat-coder", inputTokens: 1, outputTokens: 1 };
    expect(estimateCost(query)).toMatchObject({ status: "unpriced", totalUsd: undefined });
    expect(() => estimateCost({ ...query, strict: true })).toThrow(PriceNotFoundError);
    expect(() => estimateCost({ ...query, strict: true })).toThrow("The cost of `kat-coder` (fireworks) is not known");
  });
});

describe("compareModels", () => {
  const usage = { input_tokens: 1_000_000, output_tokens: 100_000 };

  it("puts the cheapest first and models without a price last, in the order given", () => {
    const compared = compareModels(usage, ["kat-coder", "kimi-k3", "gpt-oss-120b", "auto", "qwen3-8b"], { at });
    expect(compared.map(({ model, cost }) => [model, cost.totalUsd])).toEqual([
      ["gpt-oss-120b", "0.21"],
      ["qwen3-8b", "0.22"],
      ["kimi-k3", "4.5"],
      ["kat-coder", undefined],
      ["auto", undefined],
    ]);
  });

  it("takes counts as estimateCost does", () => {
    const counts = { inputTokens: 1_000_000, outputTokens: 100_000, cachedInputTokens: 500_000 };
    expect(compareModels(counts, ["kimi-k3"], { at })[0]?.cost.totalUsd).toBe("3.15");
  });

  it("takes models with all that their price depends on", () => {
    const compared = compareModels(
      usage,
      [
        { model: "kimi-k3", serviceTier: "priority" },
        { model: "kimi-k3", batch: true },
        { provider: "ollama", model: "llama3", isPrivateHost: true },
      ],
      { at },
    );
    expect(compared.map(({ provider, cost }) => [provider, cost.totalUsd])).toEqual([
      ["ollama", "0"],
      ["fireworks", "2.25"],
      ["fireworks", "5.625"],
    ]);
  });

  it("refuses models that are no list", () => {
    expect(() => compareModels(usage, "kimi-k3" as never)).toThrow(
      expect.objectContaining({ name: "ConfigurationError", option: "models" }),
    );
  });

  it("leaves what it was given as it was", () => {
    const models = ["kimi-k3", "qwen3-8b"];
    compareModels(usage, models, { at });
    expect(models).toEqual(["kimi-k3", "qwen3-8b"]);
  });
});
