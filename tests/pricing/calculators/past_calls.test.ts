import { describe, expect, it } from "@jest/globals";
import { estimateCost } from "../../../src/pricing/calculators/estimate.js";
import { usualCall, type PastCall } from "../../../src/pricing/calculators/past_calls.js";

const kimi = "accounts/fireworks/models/kimi-k3";

function past(inputTokens: number, outputTokens: number, usd: string | null, more: Partial<PastCall> = {}): PastCall {
  const usage = { inputTokens, outputTokens };
  return { provider: "fireworks", modelRequested: kimi, outcome: "ok", usage, cost: { usd }, ...more };
}

const five = [
  past(500, 10, "0.001"),
  past(2000, 50, "0.005"),
  past(900, 30, "0.003"),
  past(1000, 20, "0.002"),
  past(1100, 40, "0.004"),
];
const call = { provider: "fireworks", model: kimi, inputTokens: 1000 };

describe("usualCall", () => {
  it("is the median of calls whose prompts are half to twice as long", () => {
    const others = [past(499, 9_999, "9"), past(2001, 9_999, "9"), past(100_000, 9_999, "9")];
    expect(usualCall([...five, ...others], call)).toEqual({ outputTokens: 30, usd: 3_000_000_000n });
  });

  it("is the mean of the two in the middle", () => {
    expect(usualCall([...five, past(1000, 60, "0.006")], call)).toEqual({ outputTokens: 35, usd: 3_500_000_000n });
  });

  it("takes all calls of the model where fewer than five are alike", () => {
    const long = { ...call, inputTokens: 50_000 };
    expect(usualCall(five, long)).toEqual({ outputTokens: 30, usd: 3_000_000_000n });
    expect(usualCall([past(50_000, 70, "1"), ...five], long)).toEqual({ outputTokens: 35, usd: 3_500_000_000n });
  });

  it.each<[string, Partial<PastCall>]>([
    ["of another model", { modelRequested: "accounts/fireworks/models/glm-5" }],
    ["of another provider", { provider: "openllm" }],
    ["that failed", { outcome: "error" }],
    ["that the cache answered", { outcome: "cache-hit" }],
    ["without usage", { usage: undefined }],
    ["with counts that are none", { usage: { inputTokens: NaN, outputTokens: 1.5 } }],
  ])("leaves out a call %s", (_, more) => {
    expect(usualCall([...five.slice(1), past(1000, 30, "0.003", more)], call)).toBeUndefined();
  });

  it("knows a model by all of its spellings", () => {
    const short = five.map((entry) => ({ ...entry, modelRequested: "kimi-k3" }));
    expect(usualCall(short, call)?.outputTokens).toBe(30);
  });

  it("has no cost where fewer than five had a price", () => {
    expect(usualCall([...five.slice(1), past(1000, 30, null)], call)).toEqual({ outputTokens: 30, usd: undefined });
  });
});

describe("estimateCost with bounds", () => {
  const at = "2026-11-20";
  const query = { model: kimi, inputTokens: 1000, outputTokens: 500, at };

  it("says least, expected and most", () => {
    expect(estimateCost({ ...query, maxOutputTokens: 2000 })).toMatchObject({
      totalUsd: "0.0105",
      leastUsd: "0.000315",
      expectedUsd: "0.0105",
      mostUsd: "0.033",
    });
  });

  it("does not know the most without a limit", () => {
    expect(estimateCost(query)).toMatchObject({ leastUsd: "0.000315", expectedUsd: "0.0105", mostUsd: undefined });
  });

  it("expects what such calls really cost, and no more than the limits allow", () => {
    expect(estimateCost({ ...query, history: five }).expectedUsd).toBe("0.003");
    expect(estimateCost({ ...query, history: { entries: five } }).expectedUsd).toBe("0.003");
    expect(estimateCost({ ...query, history: five.slice(1) }).expectedUsd).toBe("0.0105");
    const few = { model: kimi, at, inputTokens: 600, outputTokens: 1, maxOutputTokens: 1 };
    expect(estimateCost({ ...few, history: five })).toMatchObject({ expectedUsd: "0.001815", mostUsd: "0.001815" });
  });

  it("knows no bounds of what has no price, and takes the history's word for it", () => {
    const unknown = { ...query, model: "kat-coder", maxOutputTokens: 10 };
    const undefineds = { leastUsd: undefined, expectedUsd: undefined, mostUsd: undefined };
    expect(estimateCost(unknown)).toMatchObject(undefineds);
    const history = five.map((entry) => ({ ...entry, modelRequested: "kat-coder" }));
    expect(estimateCost({ ...unknown, history })).toMatchObject({ ...undefineds, expectedUsd: "0.003" });
  });

  it("knows that what is free costs nothing at most", () => {
    const free = { model: "m", provider: "openllm", inputTokens: 10, outputTokens: 5, isPrivateHost: true };
    expect(estimateCost({ ...free, maxOutputTokens: 100 })).toMatchObject({
      leastUsd: "0",
      expectedUsd: "0",
      mostUsd: "0",
    });
  });

  it("has no answer where embeddings are priced", () => {
    const model = "accounts/fireworks/models/qwen3-embedding-8b";
    const embedded = estimateCost({ model, at, inputTokens: 1_000_000, outputTokens: 0, maxOutputTokens: 0 });
    expect(embedded).toMatchObject({ status: "priced", leastUsd: embedded.totalUsd, mostUsd: embedded.totalUsd });
  });
});
