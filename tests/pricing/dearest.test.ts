import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { costOfUsage, type CostQuery } from "../../src/pricing/cost.js";
import { costAtMost, dearestPrice, type CallSize, type DearestPrice } from "../../src/pricing/dearest.js";
import { definePriceTable } from "../../src/pricing/look_up/define_price_table.js";
import { fromGenaiPrices } from "../../src/pricing/look_up/genai_prices.js";
import type { PriceRowInput } from "../../src/pricing/look_up/price_row.js";
import type { PriceTable } from "../../src/pricing/look_up/schema.js";
import { BUILTIN_PRICES } from "../../src/pricing/tables/builtin.js";

const at = new Date("2026-11-20T12:00:00Z");

function dearest(query: Partial<CostQuery>, table?: PriceTable, size: Partial<CallSize> = {}): DearestPrice | string {
  return dearestPrice(
    { provider: "acme", model: "roadrunner", at, ...query },
    { inputTokens: 1000, outputTokens: 1000, seconds: undefined, ...size },
    { table },
  );
}

const row: PriceRowInput = {
  provider: "acme",
  model: "roadrunner",
  inputUsdPerMillion: 1,
  outputUsdPerMillion: 2,
};
const tableOf = (...rows: Partial<PriceRowInput>[]) =>
  definePriceTable(
    rows.map((more) => ({ ...row, ...more })),
    { fallback: null },
  );
/** In pico-dollars: of a million input and output tokens, and of a request. */
const rates = (input: bigint, output: bigint, request = 0n): DearestPrice => ({
  input: input * 10n ** 11n,
  output: output * 10n ** 11n,
  request,
  call: 0n,
});

/** Prompts of more than 200,000 tokens cost more, as Google's do. */
const LONG = fromGenaiPrices(
  {
    calcPrice: ({ input_tokens: tokens = 0 }) => ({
      model: { id: "long" },
      provider: { id: "google" },
      model_price:
        tokens > 200_000 ? { input_mtok: 2, output_mtok: 15 } : { input_mtok: 1, cache_read_mtok: 1, output_mtok: 10 },
    }),
  },
  { fallback: null },
);

describe("the dearest price of a call", () => {
  it.each<[string, Partial<PriceRowInput>, DearestPrice]>([
    ["has no cheaper kind of token in it", { cachedInputUsdPerMillion: "0.1" }, rates(10n, 20n)],
    ["has what is written to a cache", { cacheWriteUsdPerMillion: "1.3" }, rates(13n, 20n)],
    ["has what is kept for an hour", { cacheWrite1hUsdPerMillion: 2 }, rates(20n, 20n)],
    ["has images", { inputImageUsdPerMillion: 3 }, rates(30n, 20n)],
    ["has no recordings or films", { inputAudioUsdPerMillion: 9, inputVideoUsdPerMillion: 9 }, rates(10n, 20n)],
    ["has dearer answers", { reasoningUsdPerMillion: 4, outputAudioUsdPerMillion: 8 }, rates(10n, 80n)],
    ["has what a request costs by itself", { requestUsdPerThousand: 5 }, rates(10n, 20n, 5_000_000_000n)],
    ["has tiers", { priority: { inputUsdPerMillion: 3, outputUsdPerMillion: 4 } }, rates(30n, 40n)],
    [
      "has the dearest of each of them",
      {
        priority: { inputUsdPerMillion: 3, outputUsdPerMillion: 1 },
        serviceTiers: { fast: { inputUsdPerMillion: 1, outputUsdPerMillion: 5 } },
      },
      rates(30n, 50n),
    ],
  ])("%s", (_, more, expected) => {
    expect(dearest({}, tableOf(more))).toEqual(expected);
  });

  it("is that of the tier that one of our own models asks for", () => {
    const model = "accounts/fireworks/models/kimi-k3";
    expect(dearest({ provider: "fireworks", model })).toEqual(rates(30n, 150n));
    expect(dearest({ provider: "fireworks", model, serviceTier: "priority" })).toMatchObject({
      input: 3_750_000_000_000n,
      output: 18_750_000_000_000n,
    });
  });

  it("has a price that begins while the call runs", () => {
    const table = tableOf({ validTo: "2026-11-21" }, { validFrom: "2026-11-21", inputUsdPerMillion: 7 });
    expect(dearest({ at: new Date("2026-11-20T22:59:00Z") }, table)).toEqual(rates(10n, 20n));
    expect(dearest({ at: new Date("2026-11-20T23:30:00Z") }, table)).toEqual(rates(70n, 20n));
  });

  it("is that of long prompts where one may be so long", () => {
    const price = (inputTokens: number) => dearest({ provider: "google_genai", model: "long" }, LONG, { inputTokens });
    expect(price(200_000)).toEqual(rates(10n, 100n));
    expect(price(200_001)).toEqual(rates(20n, 150n));
  });

  it.each<[CostQuery["declared"], CallSize["seconds"], DearestPrice | string]>([
    ["free", undefined, rates(0n, 0n)],
    ["unpriced", undefined, "declared unpriced on the model"],
    [{ inputUsdPerMillion: 3, outputUsdPerMillion: 4 }, undefined, rates(30n, 40n)],
    [{ gpuUsdPerHour: 36 }, undefined, "its GPU hours have no end: set `timeout` on the model"],
    [{ gpuUsdPerHour: 36 }, Infinity, "its GPU hours have no end: set `timeout` on the model"],
    [{ gpuUsdPerHour: 36 }, 30, { ...rates(0n, 0n), call: 300_000_000_000n }],
    [{ gpuUsdPerHour: 36, gpus: 2, share: 0.5 }, 10, { ...rates(0n, 0n), call: 100_000_000_000n }],
  ])("goes by what is declared on the model: %j", (declared, seconds, expected) => {
    expect(dearest({ declared }, tableOf({}), { seconds })).toEqual(expected);
  });

  it("is not known of what no table names", () => {
    expect(typeof dearest({ model: "coyote" }, tableOf({}))).toBe("string");
  });
});

describe("what a request costs at most", () => {
  it("is the sum of its parts, and what they may have been rounded up", () => {
    expect(costAtMost(rates(10n, 20n, 7n), 1000, 100)).toBe(1_200_000_107n);
  });

  it("is nothing where nothing costs anything", () => {
    expect(costAtMost(rates(0n, 0n), 1000, 100)).toBe(0n);
    expect(costAtMost(rates(10n, 20n), 0, 0)).toBe(0n);
  });

  const models = BUILTIN_PRICES.rows
    .filter(({ kind }) => kind !== "embedding" && kind !== "rerank")
    .map(({ provider, models: [model = ""] }) => ({ provider, model }));
  const counted = fc.record({
    cacheRead: fc.nat(100_000),
    cacheCreation: fc.nat(100_000),
    text: fc.nat(200_000),
    reasoning: fc.nat(30_000),
    said: fc.nat(30_000),
    moreInput: fc.nat(1000),
    moreOutput: fc.nat(1000),
  });
  const subjects = fc.oneof(
    fc.constantFrom(...models).map((model) => ({ ...model, table: BUILTIN_PRICES })),
    fc.constant({ provider: "google_genai", model: "long", table: LONG }),
    fc
      .record({
        cachedInputUsdPerMillion: fc.integer({ min: 0, max: 50 }),
        cacheWriteUsdPerMillion: fc.integer({ min: 0, max: 50 }),
        reasoningUsdPerMillion: fc.integer({ min: 0, max: 50 }),
        requestUsdPerThousand: fc.integer({ min: 0, max: 50 }),
        priority: fc.record({
          inputUsdPerMillion: fc.integer({ min: 0, max: 50 }),
          outputUsdPerMillion: fc.integer({ min: 0, max: 50 }),
        }),
      })
      .map((more) => ({ provider: "acme", model: "roadrunner", table: tableOf(more) })),
  );

  it("is no less than the cost of any usage within its bounds", () => {
    fc.assert(
      fc.property(
        subjects,
        counted,
        fc.constantFrom(undefined, "priority", "fast"),
        fc.nat(3_600_000),
        ({ provider, model, table }, counts, answeredTier, laterMs) => {
          const { cacheRead, cacheCreation, text, reasoning, said, moreInput, moreOutput } = counts;
          const [input, output] = [cacheRead + cacheCreation + text, reasoning + said];
          const serviceTier = provider === "fireworks" ? answeredTier : undefined;
          const size = { inputTokens: input + moreInput, outputTokens: output + moreOutput };
          const price = dearest({ provider, model, serviceTier }, table, size);
          if (typeof price === "string") return;
          const query = { provider, model, serviceTier: answeredTier, at: new Date(at.getTime() + laterMs) };
          const usage = {
            input_tokens: input,
            output_tokens: output,
            total_tokens: input + output,
            input_token_details: { cache_read: cacheRead, cache_creation: cacheCreation },
            output_token_details: { reasoning },
          };
          const { totalPico } = costOfUsage(usage, query, { table });
          if (totalPico === undefined) return;
          expect(costAtMost(price, size.inputTokens, size.outputTokens)).toBeGreaterThanOrEqual(totalPico);
        },
      ),
    );
  });
});
