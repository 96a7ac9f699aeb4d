import { describe, expect, it } from "@jest/globals";
import { ConfigurationError } from "../../../src/base/errors.js";
import { costOfUsage } from "../../../src/pricing/cost.js";
import { fromGenaiPrices, type GenaiPrice, type GenaiPrices } from "../../../src/pricing/look_up/genai_prices.js";
import { priceOf } from "../../../src/pricing/look_up/price_of.js";

interface Asked {
  usage: Record<string, number | undefined>;
  modelId: string;
  providerId?: string;
  timestamp?: Date;
}

/** Answers as `@pydantic/genai-prices` 0.1.8 does: a price for models it has, `null` for others. */
function genai(models: Record<string, Record<string, GenaiPrice>>): GenaiPrices & { asked: Asked[] } {
  const asked: Asked[] = [];
  return {
    asked,
    calcPrice: (usage, modelId, options = {}) => {
      asked.push({ usage, modelId, ...options });
      const providerId = options.providerId ?? "openai";
      const price = models[`${providerId}/${modelId}`];
      return price === undefined ? null : { model: { id: modelId }, provider: { id: providerId }, model_price: price };
    },
  };
}

const DATA = {
  "openai/gpt-4o": { input_mtok: 2.5, cache_read_mtok: 1.25, output_mtok: 10, web_searches_kcount: 10 },
  "anthropic/claude-sonnet-4-5": {
    input_mtok: { base: 3, tiers: [{ start: 200_000, price: 6 }] },
    cache_read_mtok: { base: 0.3, tiers: [{ start: 200_000, price: 0.6 }] },
    cache_write_mtok: { base: 3.75, tiers: [{ start: 200_000, price: 7.5 }] },
    output_mtok: { base: 15, tiers: [{ start: 200_000, price: 22.5 }] },
  },
  "google/gemini-x": { input_mtok: 1, output_mtok: 2 },
  "openai/odd": { input_mtok: 1 },
  "fireworks/accounts/fireworks/models/kimi-k3": { input_mtok: 99, output_mtok: 99 },
};
const at = new Date("2026-11-20");

describe("fromGenaiPrices", () => {
  it("prices other providers' models, by provider and date", () => {
    const module = genai(DATA);
    expect(priceOf("gpt-4o", { table: fromGenaiPrices(module), provider: "openai", at })).toMatchObject({
      basis: "exact",
      inputUsdPerMillion: "2.5",
      cachedInputUsdPerMillion: "1.25",
      outputUsdPerMillion: "10",
      row: "genai-prices/openai/gpt-4o",
      source: "@pydantic/genai-prices",
      checkedOn: null,
      ageDays: null,
    });
    expect(module.asked).toEqual([
      { usage: { input_tokens: 0, output_tokens: 0 }, modelId: "gpt-4o", providerId: "openai", timestamp: at },
    ]);
  });

  it("knows LangChain's provider names", () => {
    expect(
      priceOf("gemini-x", { table: fromGenaiPrices(genai(DATA)), provider: "google_genai" }).outputUsdPerMillion,
    ).toBe("2");
  });

  it.each(["models/gemini-x", "google/gemini-x", "publishers/google/models/gemini-x"])(
    "knows a model of Google's by the path that an API has it at: %s",
    (model) => {
      const table = fromGenaiPrices(genai(DATA));
      expect(priceOf(model, { table, provider: "google_genai" }).outputUsdPerMillion).toBe("2");
      expect(priceOf(model, { table, provider: "openai" }).outputUsdPerMillion).toBeNull();
    },
  );

  it.each([
    [200_000, "0.6"],
    [200_001, "1.200006"],
  ])("prices a long prompt as a whole by its tier: %i tokens", (tokens, totalUsd) => {
    const usage = { input_tokens: tokens, output_tokens: 0 };
    const table = fromGenaiPrices(genai(DATA));
    expect(costOfUsage(usage, { provider: "anthropic", model: "claude-sonnet-4-5", at }, { table })).toMatchObject({
      totalUsd,
      assumptions: [],
    });
  });

  it("charges cache writes at their own rate", () => {
    const usage = { input_tokens: 1000, output_tokens: 0, input_token_details: { cache_creation: 1000 } };
    const table = fromGenaiPrices(genai(DATA));
    expect(costOfUsage(usage, { provider: "anthropic", model: "claude-sonnet-4-5", at }, { table }).totalUsd).toBe(
      "0.00375",
    );
  });

  it("says that a price without a prompt's length is the base price", () => {
    const answer = priceOf("claude-sonnet-4-5", { table: fromGenaiPrices(genai(DATA)), provider: "anthropic", at });
    expect(answer).toMatchObject({
      inputUsdPerMillion: "3",
      assumptions: ["long prompts cost more with this model; this is its base price"],
    });
  });

  it.each([
    ["nope", "openai"],
    ["odd", "openai"],
    ["gpt-4o", "groq"],
  ])("has no price for %s of %s", (model, provider) => {
    expect(priceOf(model, { table: fromGenaiPrices(genai(DATA)), provider })).toMatchObject({
      basis: "unpriced",
      inputUsdPerMillion: null,
    });
  });

  it("does not take another provider's price for the same name", () => {
    const other = { model: { id: "m" }, provider: { id: "openai" }, model_price: { input_mtok: 1, output_mtok: 1 } };
    const table = fromGenaiPrices({ calcPrice: () => other });
    expect(priceOf("m", { table, provider: "groq" }).basis).toBe("unpriced");
    expect(priceOf("m", { table, provider: "openai" }).basis).toBe("exact");
  });

  it("leaves Fireworks to the built-in table, unless told otherwise", () => {
    const module = genai(DATA);
    const model = "accounts/fireworks/models/kimi-k3";
    expect(priceOf(model, { table: fromGenaiPrices(module), at }).outputUsdPerMillion).toBe("15");
    expect(module.asked).toEqual([]);
    expect(priceOf(model, { table: fromGenaiPrices(module, { except: [] }), at }).outputUsdPerMillion).toBe("99");
  });

  it("keeps its reason where the other tables have none of the provider's models", () => {
    const table = fromGenaiPrices(genai(DATA));
    expect(priceOf("nope", { table, provider: "openai" }).reason).toBe("`genai-prices` does not know this model");
  });

  it("fails no call when the package does", () => {
    const table = fromGenaiPrices({
      calcPrice: () => {
        throw new Error("no such unit");
      },
    });
    expect(priceOf("gpt-4o", { table, provider: "openai" })).toMatchObject({
      basis: "unpriced",
      reason: "the look-up in `genai-prices` failed: Error: no such unit",
    });
  });

  it.each([undefined, null, {}, { calcPrice: 1 }])("refuses %j in the package's place", (wrong) => {
    expect(() => fromGenaiPrices(wrong as never)).toThrow(ConfigurationError);
  });

  it("can stand alone", () => {
    expect(priceOf("kimi-k3", { table: fromGenaiPrices(genai({}), { fallback: null }), at }).basis).toBe("unpriced");
  });
});
