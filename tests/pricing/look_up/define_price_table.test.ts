import { describe, expect, it } from "@jest/globals";
import { ConfigurationError } from "../../../src/base/errors.js";
import { definePriceTable } from "../../../src/pricing/look_up/define_price_table.js";
import type { PriceRowInput } from "../../../src/pricing/look_up/price_row.js";
import { priceOf } from "../../../src/pricing/look_up/price_of.js";

const MODELS = "accounts/fireworks/models/";
const at = new Date("2026-11-20");
const row = { model: "m", inputUsdPerMillion: "1", outputUsdPerMillion: "2" };

describe("definePriceTable", () => {
  it("puts its rows before the built-in ones", () => {
    const table = definePriceTable([
      { model: `${MODELS}kimi-k3`, inputUsdPerMillion: "2.5", outputUsdPerMillion: 12, cachedInputUsdPerMillion: 0 },
    ]);
    expect(priceOf(`${MODELS}Kimi-K3`, { table, at })).toMatchObject({
      basis: "user",
      inputUsdPerMillion: "2.5",
      cachedInputUsdPerMillion: "0",
      outputUsdPerMillion: "12",
      row: `user/${MODELS}kimi-k3#0`,
      source: "given by the user",
      checkedOn: null,
      ageDays: null,
    });
    expect(priceOf(`${MODELS}glm-5p3`, { table, at })).toMatchObject({ basis: "exact", outputUsdPerMillion: "4.4" });
    expect(priceOf(`${MODELS}qwen3-8b`, { table, at })).toMatchObject({ basis: "tier", outputUsdPerMillion: "0.2" });
  });

  it("can stand alone", () => {
    const table = definePriceTable([row], { fallback: null });
    expect(priceOf("m", { table }).basis).toBe("user");
    expect(priceOf(`${MODELS}kimi-k3`, { table, at }).basis).toBe("unpriced");
  });

  it("can stand on another of one's own", () => {
    const fallback = definePriceTable([{ ...row, model: ["m", "n"] }], { name: "house", fallback: null });
    const table = definePriceTable([{ ...row, outputUsdPerMillion: 9 }], { name: "team", fallback });
    expect(priceOf("m", { table })).toMatchObject({ outputUsdPerMillion: "9", row: "team/m#0" });
    expect(priceOf("n", { table })).toMatchObject({ outputUsdPerMillion: "2", row: "house/m#0" });
  });

  it("holds for every provider, or for the one it names", () => {
    expect(priceOf("m", { table: definePriceTable([row]), provider: "openai" }).basis).toBe("user");
    const table = definePriceTable([{ ...row, provider: "OpenAI" }]);
    expect(priceOf("m", { table, provider: "openai" }).basis).toBe("user");
    expect(priceOf("m", { table, provider: "groq" }).basis).toBe("unpriced");
  });

  it("prices a bare name under any of Fireworks' spellings, and a deployment by its whole id", () => {
    const table = definePriceTable([
      { ...row, model: "ours-7b" },
      { ...row, model: "accounts/acme/models/ours-7b#prod" },
    ]);
    expect(priceOf("accounts/acme/models/ours-7b", { table })).toMatchObject({ basis: "user", row: "user/ours-7b#0" });
    expect(priceOf("accounts/acme/models/ours-7b#prod", { table })).toMatchObject({
      basis: "user",
      row: "user/accounts/acme/models/ours-7b#prod#1",
    });
    expect(priceOf("accounts/acme/models/ours-7b#test", { table }).basis).toBe("unpriced");
  });

  it("dates rows, and looks further for other days", () => {
    const table = definePriceTable([
      { ...row, model: `${MODELS}kimi-k3`, validFrom: "2026-09-01", validTo: "2026-10-01" },
      { ...row, model: `${MODELS}kimi-k3`, validFrom: "2026-10-01", validTo: "2026-11-01", outputUsdPerMillion: 3 },
    ]);
    const outputOn = (day: string) => priceOf(`${MODELS}kimi-k3`, { table, at: new Date(day) }).outputUsdPerMillion;
    expect(["2026-08-31", "2026-09-01", "2026-10-01", "2026-11-01"].map(outputOn)).toEqual(["15", "2", "3", "15"]);
  });

  it("takes a fine-tune as costing what its base does", () => {
    const table = definePriceTable([
      { model: "accounts/acme/models/support-bot", sameAs: `${MODELS}llama-v3p1-8b-instruct` },
      { model: "accounts/acme/models/sales-bot", sameAs: `${MODELS}kimi-k3` },
    ]);
    expect(priceOf("accounts/acme/models/support-bot", { table, at })).toMatchObject({
      basis: "tier",
      outputUsdPerMillion: "0.2",
      derived: true,
      reason: `declared to cost the same as \`${MODELS}llama-v3p1-8b-instruct\`: size tier (dense, 8B; its name says 8B)`,
    });
    expect(priceOf("accounts/acme/models/sales-bot", { table, at })).toMatchObject({
      basis: "exact",
      derived: true,
      outputUsdPerMillion: "15",
    });
  });

  it("does not follow circles", () => {
    const table = definePriceTable([
      { model: "a", sameAs: "b" },
      { model: "b", sameAs: "a" },
    ]);
    expect(priceOf("a", { table })).toMatchObject({ basis: "unpriced", reason: "an alias that leads back to itself" });
  });

  it("takes free models and Priority prices", () => {
    const table = definePriceTable([
      { model: "gratis", free: true },
      { ...row, priority: { inputUsdPerMillion: "1.5", outputUsdPerMillion: "3" } },
    ]);
    expect(priceOf("gratis", { table })).toMatchObject({
      basis: "free",
      inputUsdPerMillion: "0",
      outputUsdPerMillion: "0",
      reason: "declared free",
    });
    expect(priceOf("m", { table, serviceTier: "priority" })).toMatchObject({ basis: "user", outputUsdPerMillion: "3" });
  });

  it("cannot be changed afterwards", () => {
    const table = definePriceTable([row]);
    const [made] = table.rows;
    expect([table, table.rows, made, made?.standard].filter((part) => !Object.isFrozen(part))).toEqual([]);
  });
});

describe("a bad row is named with its field", () => {
  it.each<[string, unknown, string]>([
    ["rows[1].inputUsdPerMillion", { ...row, inputUsdPerMillion: "cheap" }, '`"cheap"`'],
    ["rows[1].inputUsdPerMillion", { ...row, inputUsdPerMillion: -1 }, "`-1`"],
    ["rows[1].outputUsdPerMillion", { model: "m", inputUsdPerMillion: 1 }, "`undefined`"],
    ["rows[1].cachedInputUsdPerMillion", { ...row, cachedInputUsdPerMillion: NaN }, "`NaN`"],
    [
      "rows[1].priority.outputUsdPerMillion",
      { ...row, priority: { inputUsdPerMillion: 1, outputUsdPerMillion: "?" } },
      '`"?"`',
    ],
    ["rows[1].model", { ...row, model: "" }, '`""`: empty'],
    ["rows[1].model", { ...row, model: [] }, "`a list`: empty"],
    ["rows[1].model", { inputUsdPerMillion: 1, outputUsdPerMillion: 1 }, "`undefined`"],
    ["rows[1].validFrom", { ...row, validFrom: "2026-02-30" }, '`"2026-02-30"`'],
    [
      "rows[1].validTo",
      { ...row, validFrom: "2026-09-01", validTo: "2026-09-01" },
      "is not after `validFrom` `2026-09-01`",
    ],
    ["rows[1].inputPerMillion", { ...row, inputPerMillion: 3 }, "`3`"],
    ["rows[1].sameAs", { model: "m", sameAs: 5 }, "`5`"],
    ["rows[1].free", { model: "m", free: "yes" }, '`"yes"`'],
    ["rows[1]", "kimi", '`"kimi"`'],
    ["rows[1]", null, "`null`"],
  ])("%s of %j", (option, bad, value) => {
    const define = () => definePriceTable([{ ...row, model: "other" }, bad as PriceRowInput]);
    expect(define).toThrow(ConfigurationError);
    expect(define).toThrow(expect.objectContaining({ option, message: expect.stringContaining(value) }));
  });

  it("and so are two prices at one time", () => {
    const define = () =>
      definePriceTable([
        { ...row, validFrom: "2026-01-01" },
        { ...row, model: ["x", "M"], validFrom: "2025-01-01", validTo: "2026-01-02" },
      ]);
    expect(define).toThrow("Two rows price `* m` at the same time: `user/x@2025-01-01#1`, `user/m@2026-01-01#0`.");
  });

  it("and so is what is no array", () => {
    expect(() => definePriceTable({} as never)).toThrow(ConfigurationError);
  });
});
