import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { ConfigurationError } from "../../../src/base/errors.js";
import { loadPrices, toPriceFile } from "../../../src/pricing/feeds/price_file.js";
import { toTable, type SellerPrices } from "../../../src/pricing/feeds/seller_prices.js";
import { definePriceTable } from "../../../src/pricing/look_up/define_price_table.js";
import { priceOf } from "../../../src/pricing/look_up/price_of.js";
import { modelId, routerId } from "../../support/price_list.js";

const directory = mkdtempSync(join(tmpdir(), "prices-"));
afterAll(() => rmSync(directory, { recursive: true }));

const PRICES: SellerPrices = {
  source: { url: "https://api.fireworks.ai/v1/serverless/models", fetchedAt: "2026-11-30T06:00:00.000Z", sha256: "ab" },
  rows: [
    {
      id: "fireworks/models/kimi-k3@2026-11-29T06:00:00.000Z",
      provider: "fireworks",
      models: [modelId("kimi-k3")],
      kind: "model",
      standard: { input: "3.1", cachedInput: "0.31", output: "15" },
      priority: { input: "4", output: "20" },
      tiers: { spot: { input: "1.5", output: "7.5" } },
      validFrom: "2026-11-29T06:00:00.000Z",
      validTo: "2026-11-30T06:00:00.000Z",
      source: "https://api.fireworks.ai/v1/serverless/models",
      checkedOn: "2026-11-29",
    },
    {
      id: "fireworks/models/kimi-k3@2026-11-30T06:00:00.000Z",
      provider: "fireworks",
      models: [modelId("kimi-k3")],
      standard: { input: "3.2", output: "15" },
      validFrom: "2026-11-30T06:00:00.000Z",
      lastListed: "2026-11-30",
      source: "https://api.fireworks.ai/v1/serverless/models",
    },
  ],
  aliases: [
    {
      provider: "fireworks",
      alias: routerId("kimi-newest"),
      target: modelId("kimi-k3"),
      moves: true,
      validFrom: "2026-11-29T06:00:00.000Z",
      source: "https://api.fireworks.ai/v1/serverless/models",
    },
  ],
  models: [{ id: modelId("kimi-k3"), contextLength: 1_048_576, inputModalities: ["text"] }],
  notes: ["Left out: something."],
};

function file(text: string): string {
  const path = join(directory, "prices.json");
  writeFileSync(path, text);
  return path;
}

/** A file with something else in it. */
function changed(place: string, value: unknown): string {
  const prices: object = JSON.parse(toPriceFile(PRICES));
  const keys = place.split(".");
  const holder = keys.slice(0, -1).reduce<object>((at, key) => Reflect.get(at, key) as object, prices); // as it was written
  Reflect.set(holder, keys.at(-1) ?? "", value);
  return JSON.stringify(prices);
}

describe("a file of prices", () => {
  it("is read as it was written", () => {
    const table = loadPrices(file(toPriceFile(PRICES)));
    expect(table).toEqual(toTable(PRICES));
    expect(toPriceFile(table)).toBe(toPriceFile(PRICES));
    expect(Object.isFrozen(table.rows[0]?.standard)).toBe(true);
  });

  it("may be passed as what it holds, where there are no files", () => {
    expect(loadPrices(JSON.parse(toPriceFile(PRICES)))).toEqual(toTable(PRICES));
  });

  it("prices by the instant: history, and what was known before", () => {
    const table = loadPrices(file(toPriceFile(PRICES)));
    const input = (at: string) => priceOf("kimi-k3", { table, at }).inputUsdPerMillion;
    expect(
      ["2026-11-29T05:59:59.999Z", "2026-11-29T06:00:00Z", "2026-11-30T05:59:59.999Z", "2026-11-30T06:00:00.000Z"].map(
        input,
      ),
    ).toEqual(["3", "3.1", "3.1", "3.2"]);
    expect(priceOf(routerId("kimi-newest"), { table, at: "2026-11-29T07:00:00Z", serviceTier: "spot" })).toMatchObject({
      basis: "exact",
      outputUsdPerMillion: "7.5",
    });
    expect(priceOf("kimi-k3", { table, at: "2026-12-01" }).warnings).toEqual([
      "not on the newest price list; last listed 2026-11-30",
    ]);
  });

  it("stands before another table, or alone", () => {
    const mine = definePriceTable([{ model: "mine", inputUsdPerMillion: 1, outputUsdPerMillion: 1 }], {
      fallback: null,
    });
    const path = file(toPriceFile(PRICES));
    expect(priceOf("mine", { table: loadPrices(path, mine) }).basis).toBe("user");
    expect(priceOf("glm-5p3", { table: loadPrices(path, null) }).basis).toBe("unpriced");
    expect(priceOf("glm-5p3", { table: loadPrices(path) }).basis).toBe("exact");
  });

  it.each<[string, string, string]>([
    ["no JSON", "{", "is no JSON"],
    ["another JSON", "[]", "holds no prices"],
    ["another version", changed("schemaVersion", 2), "`schemaVersion`"],
    ["an amount that is a number", changed("rows.0.standard.input", 3.1), "`rows.0.standard.input`"],
    ["an amount with an exponent", changed("rows.0.priority.output", "2e1"), "`rows.0.priority.output`"],
    ["a negative amount", changed("rows.0.standard.output", "-1"), "`rows.0.standard.output`"],
    ["a day that there is not", changed("rows.1.validFrom", "2026-02-30T00:00:00Z"), "`rows.1.validFrom`"],
    ["a field that is not known", changed("rows.1.discount", 1), "discount"],
    ["an alias without a target", changed("aliases.0.target", undefined), "`aliases.0.target`"],
    [
      "a price that ends before it begins",
      changed("rows.0.validTo", "2026-11-29T06:00:00.000Z"),
      "has `fireworks/models/kimi-k3@2026-11-29T06:00:00.000Z` end before it begins",
    ],
    [
      "an alias that ends before it begins",
      changed("aliases.0.validTo", "2026-11-28"),
      "has `accounts/fireworks/routers/kimi-newest` end before it begins",
    ],
    [
      "an alias of two models at one time",
      changed("aliases.1", { ...PRICES.aliases[0], target: modelId("glm-6") }),
      "prices `fireworks accounts/fireworks/routers/kimi-newest` twice at one time: `accounts/fireworks/models/",
    ],
    [
      "two prices at one time",
      changed("rows.0.validTo", undefined),
      "prices `fireworks accounts/fireworks/models/kimi-k3` twice at one time",
    ],
  ])("with %s is refused, with its place", (_, text, said) => {
    const read = () => loadPrices(file(text));
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(said);
    expect(read).toThrow("prices.json");
  });

  it("that is not there is refused", () => {
    expect(() => loadPrices(join(directory, "none.json"))).toThrow("cannot be read (ENOENT).");
  });

  it("may hold anything, and then throws nothing but that", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          loadPrices(file(JSON.stringify(value)));
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigurationError);
        }
      }),
      { numRuns: 200 },
    );
    expect(readFileSync(join(directory, "prices.json"), "utf8")).not.toBe("");
  });
});
