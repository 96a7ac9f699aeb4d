import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { costOfUsage, type CostQuery } from "../../../src/pricing/cost.js";
import { parseDeclared } from "../../../src/pricing/look_up/declared.js";

const usage = { input_tokens: 1000, output_tokens: 100, input_token_details: { cache_read: 400 } };
const costWith = (declared: unknown, more: Partial<CostQuery> = {}) =>
  costOfUsage(usage, { provider: "openllm", model: "qwen3-8b", declared: declared as never, ...more });

describe("a price declared on a model", () => {
  it("is per token, with cached tokens as input unless they have a price", () => {
    const plain = costWith({ inputUsdPerMillion: "0.1", outputUsdPerMillion: 0.4 });
    expect(plain).toMatchObject({
      status: "priced",
      basis: "user",
      totalUsd: "0.00014",
      reason: "declared on the model",
      row: null,
    });
    expect(plain.assumptions).toEqual(["cached tokens charged as input: the row has no cached price"]);
    const cached = costWith({ inputUsdPerMillion: "0.1", outputUsdPerMillion: 0.4, cachedInputUsdPerMillion: 0.05 });
    expect(cached).toMatchObject({ totalUsd: "0.00012", assumptions: [] });
  });

  it("is by GPU time: rate x GPUs x share x seconds", () => {
    const cost = costWith({ gpuUsdPerHour: "8", gpus: 4, share: 0.25 }, { seconds: 4.5 });
    expect(cost).toMatchObject({ status: "priced", basis: "user", totalUsd: "0.01" });
    expect(cost.components).toEqual({
      gpu: { seconds: 4.5, gpus: 4, share: 0.25, usdPerHour: "8", usd: "0.01", pico: 10_000_000_000n },
    });
  });

  it("rounds GPU time half-even to a pico-dollar once", () => {
    expect(costWith({ gpuUsdPerHour: "6" }, { seconds: 1 }).totalUsd).toBe("0.001666666667");
  });

  it.each([undefined, NaN, -1, Infinity])("is unpriced by GPU time when the call took %p seconds", (seconds) => {
    expect(costWith({ gpuUsdPerHour: "8" }, { seconds })).toMatchObject({
      status: "unpriced",
      reason: "GPU hours are declared on the model, but the call's duration is not known",
    });
  });

  it("may be free, also on a public host and without usage", () => {
    expect(costWith("free", { isPrivateHost: false })).toMatchObject({
      status: "free",
      basis: "free",
      totalPico: 0n,
      totalUsd: "0",
    });
    expect(costOfUsage(undefined, { provider: "openllm", model: "m", declared: "free" })).toMatchObject({
      status: "free",
      totalUsd: "0",
      warnings: ["the call reported no usage"],
    });
  });

  it("may be declared unknown, also on a private host", () => {
    expect(costWith("unpriced", { isPrivateHost: true })).toMatchObject({
      status: "unpriced",
      reason: "declared unpriced on the model",
    });
  });

  it("wins over every table", () => {
    const declared = { inputUsdPerMillion: 1, outputUsdPerMillion: 1 };
    expect(costWith(declared, { provider: "fireworks", model: "kimi-k3" })).toMatchObject({
      basis: "user",
      totalUsd: "0.0011",
    });
  });

  it.each([
    ["pricing", "gratis"],
    ["pricing", 5],
    ["pricing", true],
    ["pricing.inputUsdPerMillion", {}],
    ["pricing.inputUsdPerMillion", []],
    ["pricing.inputUsdPerMillion", { inputUsdPerMillion: "-1", outputUsdPerMillion: 1 }],
    ["pricing.outputUsdPerMillion", { inputUsdPerMillion: 1 }],
    ["pricing.outputUsdPerMillion", { inputUsdPerMillion: 1, outputUsdPerMillion: NaN }],
    [
      "pricing.cachedInputUsdPerMillion",
      { inputUsdPerMillion: 1, outputUsdPerMillion: 1, cachedInputUsdPerMillion: "half" },
    ],
    ["pricing.gpuUsdPerHour", { gpuUsdPerHour: "much" }],
    ["pricing.gpus", { gpuUsdPerHour: 8, gpus: 0 }],
    ["pricing.gpus", { gpuUsdPerHour: 8, gpus: 1.5 }],
    ["pricing.share", { gpuUsdPerHour: 8, share: 0 }],
    ["pricing.share", { gpuUsdPerHour: 8, share: 1.1 }],
  ])("is unpriced, with the field to blame, when it cannot be read: %s of %j", (field, declared) => {
    const cost = costWith(declared, { isPrivateHost: true, seconds: 1 });
    expect(cost.status).toBe("unpriced");
    expect(cost.reason).toContain(`the declared \`${field}\` is not usable`);
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.anything(), (declared) => expect(parseDeclared(declared).kind).toBeDefined()));
  });
});
