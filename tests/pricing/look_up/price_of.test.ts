import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { PriceNotFoundError } from "../../../src/base/errors.js";
import { definePriceTable } from "../../../src/pricing/look_up/define_price_table.js";
import { priceOf, type PriceOfOptions } from "../../../src/pricing/look_up/price_of.js";
import type { PriceAnswer } from "../../../src/pricing/look_up/schema.js";

const MODELS = "accounts/fireworks/models/";
const ROUTERS = "accounts/fireworks/routers/";
const on = (day: string): Date => new Date(`${day}T00:00:00Z`);
const prices = ({ inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion }: PriceAnswer): string =>
  [inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion].join(" ");
const UNPRICED = "  ";

describe("priceOf", () => {
  it("gives a listed price with its row, date and source", () => {
    expect(priceOf(`${MODELS}kimi-k3`, { at: on("2026-11-20") })).toEqual({
      model: `${MODELS}kimi-k3`,
      provider: "fireworks",
      basis: "exact",
      inputUsdPerMillion: "3",
      cachedInputUsdPerMillion: "0.3",
      outputUsdPerMillion: "15",
      reason: "its listed price",
      row: "fireworks/kimi-k3@2026-07-27",
      source: expect.stringContaining("docs.fireworks.ai/serverless/pricing"),
      checkedOn: "2026-11-20",
      ageDays: 0,
      derived: false,
      assumptions: [],
      warnings: [],
    });
  });

  it("says of a size tier that it is derived, and what it assumes", () => {
    expect(priceOf(`${MODELS}qwen3-8b`, { at: on("2026-11-20") })).toMatchObject({
      basis: "tier",
      row: "fireworks/tier-4b-16b",
      derived: true,
      reason: "size tier (dense, 8B; its name says 8B)",
      assumptions: ["cached tokens are charged as input: no cached price is listed for this model"],
    });
  });

  it.each([[[{ model: "kimi-k3", free: true }]], ["prices.json"], [{}]])(
    "says so of a table that is none: %p",
    (table) => {
      expect(priceOf("kimi-k3", { table: table as never })).toMatchObject({
        basis: "unpriced",
        reason: "the `table` is no price table; make one with definePriceTable",
      });
    },
  );

  it("warns of a price that is no longer on the list", () => {
    expect(priceOf(`${MODELS}kimi-k2-thinking`, { at: on("2026-11-20") }).warnings).toEqual([
      "not on the newest price list; last listed 2026-05",
    ]);
  });
});

describe("the price at a date", () => {
  it.each([
    [`${MODELS}deepseek-v4-flash-0731`, "2026-08-24", "0.14 0.028 0.28"],
    [`${MODELS}deepseek-v4-flash-0731`, "2026-08-25", "0.22 0.007 0.66"],
    [`${MODELS}deepseek-v4-flash-0731`, "2026-07-30", UNPRICED],
    [`${ROUTERS}kimi-k3-us`, "2026-09-19", "3.3 0.33 16.5"],
    [`${ROUTERS}kimi-k3-us`, "2026-09-20", "4.5 0.45 22.5"],
    [`${MODELS}glm-5p2`, "2026-06-20", "1.4 0.26 4.4"],
    [`${MODELS}glm-5p2`, "2026-09-01", "1.4 0.14 4.4"],
    [`${MODELS}gpt-oss-20b`, "2025-08-21", "0.05 0.05 0.2"],
    [`${MODELS}gpt-oss-20b`, "2026-01-01", "0.07 0.035 0.3"],
    [`${MODELS}gpt-oss-120b`, "2025-12-01", "0.15 0.07 0.6"],
    [`${MODELS}gpt-oss-120b`, "2026-03-16", "0.15 0.01 0.6"],
    [`${MODELS}gpt-oss-120b`, "2026-08-22", "0.15 0.015 0.6"],
    [`${MODELS}deepseek-v3`, "2025-07-19", "0.9 0.9 0.9"],
    [`${MODELS}deepseek-v3`, "2025-12-01", "0.56 0.28 1.68"],
    [`${MODELS}deepseek-r1-0528`, "2025-07-19", "3 3 8"],
    [`${MODELS}deepseek-r1-0528`, "2026-01-01", "1.35 0.68 5.4"],
    [`${MODELS}minimax-m2`, "2025-12-01", "0.3 0.15 1.2"],
    [`${MODELS}minimax-m2`, "2026-02-13", "0.3 0.03 1.2"],
    [`${MODELS}kimi-k3`, "2024-05-01", UNPRICED],
    [`${MODELS}llama-v3-8b-instruct`, "2024-05-01", "0.2 0.2 0.2"],
    [`${MODELS}llama-v2-7b`, "2023-12-31", UNPRICED],
    [`${MODELS}llama-v2-7b`, "2024-01-01", "0.2 0.2 0.2"],
    [`${ROUTERS}kimi-latest`, "2026-07-01", "0.95 0.16 4"],
    [`${ROUTERS}kimi-latest`, "2026-07-27", UNPRICED],
    [`${ROUTERS}kimi-latest`, "2026-09-01", UNPRICED],
    [`${ROUTERS}kimi-latest`, "2026-09-26", UNPRICED],
    [`${ROUTERS}kimi-latest`, "2026-09-27", "3 0.3 15"],
    [`${ROUTERS}kimi-latest`, "2026-11-10", "3 0.3 15"],
    [`${ROUTERS}kimi-latest`, "2026-11-11", "2 0.2 10"],
    [`${ROUTERS}kimi-fast-latest`, "2026-09-27", "4.5 0.45 22.5"],
    [`${ROUTERS}glm-fast-latest`, "2026-09-27", "2.1 0.39 6.6"],
    [`${ROUTERS}minimax-latest`, "2026-09-27", "0.3 0.06 1.2"],
    [`${ROUTERS}glm-5p3-spot`, "2026-11-10", "0.98 0.182 3.08"],
    [`${ROUTERS}glm-5p3-spot`, "2026-11-11", "0.7 0.13 2.2"],
    [`${ROUTERS}deepseek-v4p1-flash-spot`, "2026-11-10", "0.21 0.0042 0.84"],
    [`${ROUTERS}deepseek-v4p1-flash-spot`, "2026-11-11", "0.15 0.003 0.6"],
    [`${ROUTERS}deepseek-v4p1-flash-1017-ultrafast`, "2026-11-10", "2.4 0.048 9.6"],
    [`${ROUTERS}deepseek-v4p1-flash-1017-ultrafast`, "2026-11-11", "1.2 0.024 4.8"],
    [`${ROUTERS}ultramarine-1-flash-us`, "2026-11-02", "0.225 0.045 0.75"],
    [`${ROUTERS}ultramarine-1-flash-us`, "2026-11-03", "0.15 0.03 0.5"],
    [`${ROUTERS}glm-latest`, "2026-07-15", "1.4 0.14 4.4"],
    [`${ROUTERS}glm-latest`, "2026-11-20", "1.4 0.26 4.4"],
  ])("%s on %s", (model, day, expected) => {
    expect(prices(priceOf(model, { at: on(day) }))).toBe(expected);
  });

  it("changes at midnight UTC", () => {
    const before = new Date("2026-08-24T23:59:59.999Z");
    expect(prices(priceOf(`${MODELS}deepseek-v4-flash-0731`, { at: before }))).toBe("0.14 0.028 0.28");
  });

  it("may be a text", () => {
    const at = "2026-08-24";
    expect(prices(priceOf(`${MODELS}deepseek-v4-flash-0731`, { at }))).toBe("0.14 0.028 0.28");
    expect(priceOf(`${MODELS}kimi-k3`, { at: "soon" }).reason).toBe("the date of the call is not a date");
  });

  it("says why a size tier has none", () => {
    expect(priceOf(`${MODELS}llama-v2-7b`, { at: on("2023-12-31") }).reason).toBe(
      "no row names this model, and no price of its size tier is known for that date",
    );
  });

  it("is refused for what is not a date", () => {
    expect(priceOf(`${MODELS}kimi-k3`, { at: new Date("soon") })).toMatchObject({
      basis: "unpriced",
      reason: "the date of the call is not a date",
    });
  });
});

describe("ids of any spelling", () => {
  it.each([
    ["kimi-k3", "3 0.3 15"],
    ["KIMI-K3", "3 0.3 15"],
    ["fireworks/kimi-k3", "3 0.3 15"],
    ["fireworks_ai/accounts/fireworks/models/kimi-k3", "3 0.3 15"],
    ["accounts/fireworks/models/kimi-k3[1m]", "3 0.3 15"],
    ["kimi-k2.6", "0.95 0.16 4"],
    ["gpt-oss:120b", "0.15 0.015 0.6"],
    ["gpt_oss_120b", "0.15 0.015 0.6"],
    ["kimi-k3-spot", "2.1 0.21 10.5"],
    ["kimi-k3-fast", "4.5 0.45 22.5"],
    ["accounts/my-account/models/kimi-k2.6", "0.95 0.16 4"],
    ["accounts/my-account/models/glm-5p2", "1.4 0.14 4.4"],
    ["accounts/my-account/routers/glm-5p2-fast", "2.1 0.21 6.6"],
    ["GLM 5.2", "1.4 0.14 4.4"],
    ["GLM 5.2 (Fast)", "2.1 0.21 6.6"],
    ["GLM 5.3 (US)", "2.1 0.39 6.6"],
    ["GLM 5.2 (No Such Tier)", UNPRICED],
    ["DeepSeek V4.1 Flash (Ultra)", UNPRICED],
    ["unattributed", UNPRICED],
    ["unknown_model", UNPRICED],
    ["accounts/fireworks/routers/kimi-k3", UNPRICED],
    ["accounts/fireworks/routers/llama-v3p1-8b-fast", UNPRICED],
    ["accounts/acme/routers/llama-v3p1-8b", UNPRICED],
    ["accounts/acme-70b/models/kimi-bot", UNPRICED],
    ["accounts/mixtral-8x7b-team/models/llama-v3p1-8b-ours", "0.2 0.2 0.2"],
    ["accounts/acme/models/llama-v3p1-70b-ours", "0.9 0.9 0.9"],
    ["accounts/acme/models/bot-7b#prod", UNPRICED],
    ["accounts/acme/deployments/llama-v3p1-8b", UNPRICED],
    ["accounts/fireworks/deploymentShapes/rft-qwen3-30b-a3b-throughput", UNPRICED],
    ["qwen3p5-397b-a17b", UNPRICED],
    ["", UNPRICED],
  ])("%j", (model, expected) => {
    expect(prices(priceOf(model, { at: on("2026-11-20") }))).toBe(expected);
  });

  it("prices another account's model with a word of caution", () => {
    const answer = priceOf("accounts/acme/models/gpt-oss-120b", { at: on("2026-11-20") });
    expect(answer).toMatchObject({ basis: "exact", derived: true, outputUsdPerMillion: "0.6" });
    expect(answer.assumptions[0]).toContain("a deployment bills GPU time");
  });

  it("never throws and never answers 0 for what it does not know", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.string(), (model, provider) => {
        const answer = priceOf(model, { provider });
        expect(answer.reason).not.toBe("");
        expect(answer.inputUsdPerMillion).not.toBe("0");
        expect(answer.inputUsdPerMillion === null).toBe(answer.basis === "unpriced");
      }),
    );
  });

  it.each([undefined, null, 5, {}, []])("answers unpriced for %p in place of an id", (model) => {
    expect(priceOf(model as never)).toMatchObject({ basis: "unpriced" });
  });

  it("does not read ids that are too long to be ids", () => {
    expect(priceOf(`${MODELS}llama-${"-1".repeat(1_000_000)}-8b`)).toMatchObject({ basis: "unpriced" });
  });
});

describe("service tier and batch", () => {
  it.each<[string, PriceOfOptions, string]>([
    ["kimi-k3", { serviceTier: "priority" }, "3.75 0.375 18.75"],
    ["kimi-k3", { serviceTier: "PRIORITY" }, "3.75 0.375 18.75"],
    ["kimi-k3", { serviceTier: "auto" }, "3 0.3 15"],
    ["kimi-k3", { serviceTier: "flex" }, "3 0.3 15"],
    ["kimi-k3", { serviceTier: "scale" }, UNPRICED],
    ["kimi-k3", { serviceTier: "spot" }, UNPRICED],
    ["glm-5p3", { serviceTier: "spot" }, "0.7 0.13 2.2"],
    ["glm-5p3", { serviceTier: "spot", at: on("2026-11-10") }, UNPRICED],
    ["glm-5p3-spot", { serviceTier: "spot" }, "0.7 0.13 2.2"],
    ["glm-5p3", { serviceTier: "spot", batch: true }, UNPRICED],
    ["rune", {}, "0.042 0.0084 0"],
    ["kimi-k3-fast", { serviceTier: "priority" }, UNPRICED],
    ["qwen3-8b", { serviceTier: "priority" }, UNPRICED],
    ["kimi-k3", { batch: true }, "1.5 0.15 7.5"],
    ["kimi-k3", { serviceTier: "batch" }, "1.5 0.15 7.5"],
    ["qwen3-8b", { batch: true }, "0.1 0.1 0.1"],
    ["kimi-k3", { batch: true, serviceTier: "priority" }, UNPRICED],
  ])("%s with %j", (model, options, expected) => {
    expect(prices(priceOf(model, { at: on("2026-11-20"), ...options }))).toBe(expected);
  });

  it("says that halving the cached rate in a batch is assumed", () => {
    expect(priceOf("kimi-k3", { at: on("2026-11-20"), batch: true }).assumptions).toHaveLength(1);
  });
});

describe("a batch job, paused since 2026-11-15", () => {
  it.each<[string, PriceOfOptions, number]>([
    ["kimi-k3", { at: on("2026-11-15"), batch: true }, 1],
    ["kimi-k3", { at: on("2026-11-15"), serviceTier: "BATCH" }, 1],
    ["qwen3-8b", { at: on("2026-11-15"), batch: true }, 1],
    ["gpt-oss-120b", { at: on("2026-11-15"), batch: true }, 2],
    ["kimi-k3", { at: on("2026-11-14"), batch: true }, 0],
    ["kimi-k3", { at: on("2026-11-15") }, 0],
  ])("%s with %j has %i warnings", (model, options, count) => {
    const { warnings } = priceOf(model, options);
    expect(warnings).toHaveLength(count);
    expect(warnings.some((warning) => warning.includes("has paused Batch"))).toBe(count > 0);
  });
});

describe("strict look-ups", () => {
  it("throw what they do not find, with the way out", () => {
    expect(() => priceOf("kat-coder", { strict: true })).toThrow(PriceNotFoundError);
    expect(() => priceOf("kat-coder", { strict: true })).toThrow(
      "No price is known for `kat-coder` (fireworks): no row names this model, and its name does not give its size. Give one with definePriceTable",
    );
  });

  it("answer what they find", () => {
    expect(priceOf("kimi-k3", { strict: true, at: on("2026-11-20") }).outputUsdPerMillion).toBe("15");
  });
});

describe("age", () => {
  const table = definePriceTable(
    [{ model: "m", inputUsdPerMillion: 1, outputUsdPerMillion: 2, source: "a page", checkedOn: "2026-11-10" }],
    { fallback: null },
  );

  it("is counted from the last check to the call", () => {
    expect(priceOf("m", { table, at: on("2026-12-10") }).ageDays).toBe(30);
    expect(priceOf("m", { table, at: on("2026-08-01") }).ageDays).toBe(0);
  });

  it("is warned of past the user's limit only", () => {
    expect(priceOf("m", { table, at: on("2026-12-10"), maxAgeDays: 30 }).warnings).toEqual([]);
    expect(priceOf("m", { table, at: on("2026-12-11"), maxAgeDays: 30 }).warnings).toEqual([
      "the price was last checked 31 days before the call, more than 30",
    ]);
  });
});

describe("other providers", () => {
  it.each(["openai", "groq", "openllm", "ollama", "constructor", "__proto__", ""])(
    "borrow no price: %j",
    (provider) => {
      expect(priceOf("gpt-oss-120b", { provider })).toMatchObject({ basis: "unpriced", inputUsdPerMillion: null });
    },
  );

  it.each([
    ["ollama", "gpt-oss:120b-cloud"],
    ["Ollama", "gpt-oss:120b-cloud"],
    ["ollama-cloud", "gpt-oss:120b-cloud"],
    ["ollama-cloud", "gpt-oss:120b"],
  ])("%s has Ollama Cloud's price of %s", (provider, model) => {
    expect(priceOf(model, { provider, at: on("2026-11-20") })).toMatchObject({
      provider: "ollama-cloud",
      outputUsdPerMillion: "0.6",
      row: "ollama-cloud/gpt-oss:120b@2026-09-01",
    });
  });

  it("a server of the user's own is said to be one", () => {
    expect(priceOf("llama3:8b", { provider: "ollama" }).reason).toBe(
      "the server's host is not known and no price is declared on the model",
    );
  });

  it.each(["fireworks-ai", "fireworks_ai", "Fireworks"])("%s is Fireworks", (provider) => {
    expect(priceOf("kimi-k3", { provider, at: on("2026-11-20") }).outputUsdPerMillion).toBe("15");
  });
});
