import { describe, expect, it } from "@jest/globals";
import { reprice } from "../../src/ledger/reprice.js";
import { summarize } from "../../src/ledger/summary.js";
import { definePriceTable } from "../../src/pricing/look_up/define_price_table.js";
import { cost, entry, UNPRICED } from "./entries.js";

const rates = (input: string, output: string) => ({ inputUsdPerMillion: input, outputUsdPerMillion: output });
const table = definePriceTable(
  [
    { provider: "acme", model: "roadrunner", ...rates("1", "10"), validTo: "2026-11-21" },
    { provider: "acme", model: "roadrunner", ...rates("2", "20"), validFrom: "2026-11-21" },
    { provider: "acme", model: "coyote", ...rates("5", "50"), cachedInputUsdPerMillion: "1" },
  ],
  { fallback: null },
);
const priceOf = (...args: Parameters<typeof reprice>) => reprice(...args).map((one) => [one.cost.status, one.cost.usd]);

describe("reprice", () => {
  it("prices calls that had no price", () => {
    expect(priceOf([entry({ cost: UNPRICED })], table)).toEqual([["priced", "0.002"]]);
  });

  it("prices each call by its own day, or all by one", () => {
    const both = [entry(), entry({ startedAt: "2026-11-21T00:00:00.000Z" })];
    expect(priceOf(both, table)).toEqual([
      ["priced", "0.002"],
      ["priced", "0.004"],
    ]);
    expect(priceOf(both, table, { at: new Date("2026-11-30") })).toEqual([
      ["priced", "0.004"],
      ["priced", "0.004"],
    ]);
  });

  it("prices the same traffic as another model's, whatever was declared on the first", () => {
    const usage = { inputTokens: 1000, outputTokens: 100, cachedInputTokens: 600, source: "server" as const };
    expect(priceOf([entry({ usage, pricing: "free", modelServed: "roadrunner" })], table, { model: "coyote" })).toEqual(
      [["priced", "0.0076"]],
    );
  });

  it("keeps a declared price, GPU hours included, and what was not spent", () => {
    expect(priceOf([entry({ pricing: "free" })], table)).toEqual([["free", "0"]]);
    expect(priceOf([entry({ pricing: { gpuUsdPerHour: "3.6" } })], table)).toEqual([["priced", "0.002"]]);
    const spentNothing = entry({ cost: cost("0", { status: "none" }) });
    expect(reprice([spentNothing], table)).toEqual([spentNothing]);
  });

  it("knows whatever else was counted", () => {
    const withFees = definePriceTable([
      {
        provider: "acme",
        model: "roadrunner",
        ...rates("1", "10"),
        inputAudioUsdPerMillion: "3",
        webSearchUsdPerThousand: "10",
      },
    ]);
    const units = { inputAudio: 500, webSearch: 2 };
    const one = entry({ usage: { inputTokens: 1000, outputTokens: 100, source: "server", units } });
    // 500 x 1 + 500 x 3 + 100 x 10 per million, and 2 x 0.01
    expect(priceOf([one], withFees)).toEqual([["priced", "0.023"]]);
    expect(reprice([one], table)[0]?.cost).toMatchObject({ usd: "0.002", lowUsd: "0.002", highUsd: null });
  });

  it("keeps what the provider itself billed, but for another model, provider or tier", () => {
    const one = entry({ serverCost: { usd: "0.5", upstreamUsd: "0.25", isTrusted: true } });
    expect(priceOf([one], table)).toEqual([["priced", "0.75"]]);
    expect(priceOf([one], table, { model: "coyote" })).toEqual([["priced", "0.01"]]);
    expect(priceOf([one], table, { provider: "acme" })).toEqual([["priced", "0.002"]]);
    expect(priceOf([one], table, { tier: "standard" })).toEqual([["priced", "0.002"]]);
  });

  it("keeps what is to be said of the usage", () => {
    const doubts = ["the total says otherwise"];
    const usage = {
      inputTokens: 1000,
      outputTokens: 100,
      source: "server" as const,
      doubts,
      atLeast: "something was cut",
    };
    const { cost: anew } = reprice([entry({ usage })], table)[0] ?? entry();
    expect(anew).toMatchObject({ usd: "0.002", highUsd: null });
    expect(anew.warnings).toEqual([...doubts, "the cost is a lower bound: something was cut"]);
  });

  it("does not turn unknown into zero", () => {
    expect(priceOf([entry({ modelRequested: "stranger" }), entry({ usage: undefined })], table)).toEqual([
      ["unpriced", null],
      ["unpriced", null],
    ]);
  });

  it("carries the bounds of estimates over", () => {
    const estimate = { reason: "left", inputTokens: [1000, 1000] as const, outputTokens: [100, 200] as const };
    const [one] = reprice(
      [entry({ usage: { inputTokens: 1000, outputTokens: 100, source: "estimated", estimate } })],
      table,
      { model: "coyote" },
    );
    expect(one?.cost).toMatchObject({ lowUsd: "0.006", usd: "0.01", highUsd: "0.015" });
  });

  it("leaves the entries that it is given as they are", () => {
    const before = [Object.freeze(entry({ cost: UNPRICED }))];
    expect(summarize(reprice(before, table), "model").total.costUsd).toBe("0.002");
    expect(before[0]?.cost).toBe(UNPRICED);
  });

  it("looks into the built-in prices without a table", () => {
    const known = entry({ provider: "ollama", modelRequested: "llama3", privateHost: true, cost: UNPRICED });
    expect(priceOf([known])).toEqual([["free", "0"]]);
  });
});
