import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { formatUsd } from "../../src/base/money.js";
import { costOfUsage, type CostQuery } from "../../src/pricing/cost.js";
import { definePriceTable } from "../../src/pricing/look_up/define_price_table.js";
import type { PriceTable } from "../../src/pricing/look_up/schema.js";
import type { UsageLike } from "../../src/pricing/usage_buckets.js";

const at = new Date("2026-11-20");
const fireworks = (model: string): CostQuery => ({ provider: "fireworks", model, at });
const usage = (
  input: number,
  output: number,
  details: { cache_read?: number; cache_creation?: number; reasoning?: number } = {},
): UsageLike => ({
  input_tokens: input,
  output_tokens: output,
  total_tokens: input + output,
  input_token_details: { cache_read: details.cache_read, cache_creation: details.cache_creation },
  output_token_details: { reasoning: details.reasoning },
});

describe("costOfUsage", () => {
  it("prices disjoint buckets, with cached tokens and reasoning as parts", () => {
    const cost = costOfUsage(usage(1000, 100, { cache_read: 800, reasoning: 60 }), fireworks("kimi-k2p6"));
    expect(cost).toMatchObject({
      status: "priced",
      totalPico: 718_000_000n,
      totalUsd: "0.000718",
      basis: "exact",
      row: "fireworks/kimi-k2p6@2026-04-17",
      checkedOn: "2026-09-20",
      ageDays: 61,
      derived: false,
      assumptions: [],
      warnings: ["not on the newest price list; last listed 2026-09-25"],
    });
    expect(cost.components).toEqual({
      input: { tokens: 200, usdPerMillion: "0.95", usd: "0.00019", pico: 190_000_000n },
      cachedInput: { tokens: 800, usdPerMillion: "0.16", usd: "0.000128", pico: 128_000_000n },
      output: { tokens: 40, usdPerMillion: "4", usd: "0.00016", pico: 160_000_000n },
      reasoning: { tokens: 60, usdPerMillion: "4", usd: "0.00024", pico: 240_000_000n },
    });
  });

  it.each([
    ["a size tier", "qwen3-8b", "0.0002"],
    ["a listed model without a cached price", "deepseek-r1-basic", "0.00055"],
  ])("charges cached tokens as input and says so: %s", (_, model, totalUsd) => {
    const cost = costOfUsage(usage(1000, 0, { cache_read: 800 }), fireworks(model));
    expect(cost.totalUsd).toBe(totalUsd);
    expect(cost.assumptions).toEqual(["cached tokens charged as input: the row has no cached price"]);
  });

  it("assumes nothing of cached tokens where there are none", () => {
    expect(costOfUsage(usage(1000, 0), fireworks("qwen3-8b")).assumptions).toEqual([]);
  });

  it("charges cache writes as input, since Fireworks has no surcharge", () => {
    const cost = costOfUsage(usage(1000, 0, { cache_read: 500, cache_creation: 300 }), fireworks("kimi-k3"));
    expect(cost.components.cacheWrite).toEqual({ tokens: 300, usdPerMillion: "3", usd: "0.0009", pico: 900_000_000n });
    expect(cost.totalUsd).toBe("0.00165");
  });

  it("applies service tier and batch", () => {
    expect(costOfUsage(usage(1000, 100), { ...fireworks("kimi-k3"), serviceTier: "priority" }).totalUsd).toBe(
      "0.005625",
    );
    expect(costOfUsage(usage(1000, 100), { ...fireworks("kimi-k3"), batch: true }).totalUsd).toBe("0.00225");
  });

  it.each([
    [
      "cached",
      usage(100, 0, { cache_read: 500 }),
      "0.00015",
      "cached tokens exceed all input tokens by 400; none are charged as plain input",
    ],
    [
      "reasoning",
      usage(0, 10, { reasoning: 50 }),
      "0.00075",
      "reasoning tokens exceed all output tokens by 40; none are charged as plain output",
    ],
  ])("clamps a negative rest and flags it: %s", (_, counts, totalUsd, warning) => {
    const cost = costOfUsage(counts, fireworks("kimi-k3"));
    expect(cost).toMatchObject({ status: "priced", totalUsd, warnings: [warning] });
  });

  it.each([
    ["input_tokens", { input_tokens: NaN, output_tokens: 1 }],
    ["input_tokens", { input_tokens: -5, output_tokens: 1 }],
    ["output_tokens", { input_tokens: 1, output_tokens: 1.5 }],
    ["output_tokens", { input_tokens: 1, output_tokens: Infinity }],
    ["output_tokens", { input_tokens: 1, output_tokens: "7" }],
    ["cache_read", { input_tokens: 1, output_tokens: 1, input_token_details: { cache_read: -1 } }],
    ["reasoning", { input_tokens: 1, output_tokens: 1, output_token_details: { reasoning: 0.5 } }],
  ])("refuses counts that no server can mean: %s", (field, counts) => {
    const cost = costOfUsage(counts as never, fireworks("kimi-k3"));
    expect(cost).toMatchObject({
      status: "unpriced",
      basis: "unpriced",
      totalPico: undefined,
      totalUsd: undefined,
      components: {},
    });
    expect(cost.reason).toContain(`the usage is not credible: \`${field}\``);
  });

  it.each([undefined, null])("is unpriced without usage: %p", (nothing) => {
    expect(costOfUsage(nothing as never, fireworks("kimi-k3"))).toMatchObject({
      status: "unpriced",
      reason: "the call reported no usage",
    });
  });

  it("is unpriced, not 0, for a model without a price", () => {
    expect(costOfUsage(usage(1000, 100), fireworks("kat-coder"))).toMatchObject({
      status: "unpriced",
      totalPico: undefined,
      row: null,
    });
  });

  it("is 0 for no tokens", () => {
    expect(costOfUsage(usage(0, 0), fireworks("kimi-k3"))).toMatchObject({
      status: "priced",
      totalPico: 0n,
      totalUsd: "0",
    });
  });

  it("is a lower bound with audio tokens that the row has no price for", () => {
    const counts = { ...usage(100, 0), input_token_details: { audio: 40 } };
    const cost = costOfUsage(counts, fireworks("inkling"));
    expect(cost).toMatchObject({
      isLowerBound: true,
      totalUsd: costOfUsage(usage(100, 0), fireworks("inkling")).totalUsd,
    });
    expect(cost.warnings).toEqual([
      "not on the newest price list; last listed 2026-11-07",
      "audio input tokens are charged as input: the row has no price for them, so the cost is a lower bound",
    ]);
  });

  it("warns of an old price past the age that the user sets", () => {
    const table = definePriceTable([
      { model: "kimi-k3", inputUsdPerMillion: 3, outputUsdPerMillion: 15, source: "a page", checkedOn: "2026-11-10" },
    ]);
    expect(costOfUsage(usage(1, 1), fireworks("kimi-k3"), { table, maxAgeDays: 9 }).warnings).toEqual([
      "the price was last checked 10 days before the call, more than 9",
    ]);
  });

  it("adds up exactly, for any usage and mode", () => {
    const models = fc.constantFrom(
      "kimi-k3",
      "deepseek-v4p1-flash",
      "qwen3-8b",
      "accounts/fireworks/routers/kimi-k3-us",
      "mixtral-8x7b",
      "deepseek-v4-flash-0731",
    );
    const counts = fc.record({
      input: fc.nat(2 ** 40),
      output: fc.nat(2 ** 40),
      cached: fc.nat(2 ** 41),
      reasoning: fc.nat(2 ** 41),
    });
    fc.assert(
      fc.property(models, counts, fc.boolean(), (model, { input, output, cached, reasoning }, batch) => {
        const cost = costOfUsage(usage(input, output, { cache_read: cached, reasoning }), {
          ...fireworks(model),
          batch,
        });
        const parts = Object.values(cost.components);
        expect(parts.reduce((sum, part) => sum + part.pico, 0n)).toBe(cost.totalPico);
        expect(formatUsd(cost.totalPico ?? -1n)).toBe(cost.totalUsd);
        for (const part of parts) expect(formatUsd(part.pico)).toBe(part.usd);
        expect(cost.components.input?.tokens).toBe(Math.max(0, input - cached));
      }),
    );
  });

  it("never throws, whatever it is given", () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (counts, query) => {
        expect(["priced", "free", "unpriced"]).toContain(costOfUsage(counts as never, query as never).status);
      }),
    );
  });

  it("never throws, even for a table that does", () => {
    const table: PriceTable = {
      name: "broken",
      rows: [],
      aliases: [],
      tiers: [],
      sizeReading: "careful",
      fallback: undefined,
      origin: "user",
      lookup: () => {
        throw new Error("no network");
      },
    };
    expect(costOfUsage(usage(1, 1), fireworks("kimi-k3"), { table })).toMatchObject({
      status: "unpriced",
      reason: "the look-up in `broken` failed: Error: no network",
    });
  });
});
