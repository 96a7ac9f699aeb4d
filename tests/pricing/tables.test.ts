import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { findGaps, findOverlap } from "../../src/pricing/look_up/row_dates.js";
import type { PriceRow, PriceTable } from "../../src/pricing/look_up/schema.js";
import { BUILTIN_PRICES } from "../../src/pricing/tables/builtin.js";
import { FIREWORKS_2025_TIERS } from "../../src/pricing/tables/fireworks_2025.js";
import { KNOWN_FAMILIES, KNOWN_SIZES } from "../../src/pricing/tables/model_sizes.js";
import { METAGPT_2023_GRADES } from "../../src/pricing/tables/metagpt_2023.js";
import { renderPrices } from "../../scripts/prices/render.js";
import { findMistakes } from "../../scripts/prices/validate.js";

const TABLES: [string, PriceTable][] = [BUILTIN_PRICES, METAGPT_2023_GRADES, FIREWORKS_2025_TIERS].map((table) => [
  table.name,
  table,
]);

const row = (fields: Partial<PriceRow>): PriceRow => ({
  id: `fireworks/m@${fields.validFrom ?? "2026-01-01"}`,
  provider: "fireworks",
  models: ["accounts/fireworks/models/m"],
  standard: { input: "1", output: "2" },
  validFrom: "2026-01-01",
  source: "a page that exists",
  checkedOn: "2026-01-02",
  ...fields,
});
const tableOf = (...rows: PriceRow[]): PriceTable => ({ ...METAGPT_2023_GRADES, tiers: [], rows });

describe("the price tables", () => {
  it.each(TABLES)("%s has no mistake", (_, table) => {
    expect(findMistakes(table)).toEqual([]);
  });

  it.each(TABLES)("%s is frozen, down to its rates", (_, table) => {
    const parts = [table, table.rows, table.aliases, table.tiers, ...table.rows, ...table.aliases, ...table.tiers];
    const rates = [...table.rows.map(({ standard }) => standard), ...table.tiers.map((tier) => tier.rates)];
    expect([...parts, ...rates].filter((part) => !Object.isFrozen(part))).toEqual([]);
  });

  it("are what docs/prices.md says", () => {
    expect(readFileSync(new URL("../../docs/prices.md", import.meta.url), "utf8")).toBe(renderPrices(BUILTIN_PRICES));
  });

  it("know each size once, and no family that an earlier one hides", () => {
    expect(KNOWN_SIZES.size).toBeGreaterThan(20);
    for (const [name, { totalB }] of KNOWN_SIZES)
      expect({ name, isLower: name === name.toLowerCase(), totalB: totalB > 0 }).toEqual({
        name,
        isLower: true,
        totalB: true,
      });
    KNOWN_FAMILIES.forEach(({ contains }, at) => {
      const hider = KNOWN_FAMILIES.slice(0, at).find(
        (earlier) => contains.startsWith(earlier.contains) && earlier.unless === undefined,
      );
      expect({ contains, hiddenBy: hider?.contains }).toEqual({ contains, hiddenBy: undefined });
    });
  });
});

describe("the check finds", () => {
  it.each<[string, PriceRow[], string]>([
    [
      "a rate that is no amount",
      [row({ standard: { input: "$1", output: "2" } })],
      "standard.input not a decimal string",
    ],
    ["a missing source", [row({ source: "" })], "source"],
    ["a day that is none", [row({ checkedOn: "2026-13-01" })], "checkedOn not a YYYY-MM-DD day"],
    ["an unknown field", [{ ...row({}), price: 3 } as PriceRow], "Unrecognized key"],
    ["a repeated id", [row({ validTo: "2026-02-01" }), row({ models: ["other"] })], "is there more than once"],
    ["an id without its date", [row({ id: "fireworks/m" })], "its id does not end with its first day"],
    ["an end before the beginning", [row({ validTo: "2026-01-01" })], "ends before it begins"],
    [
      "a cached price above the input price",
      [row({ standard: { input: "1", cachedInput: "1.1", output: "2" } })],
      "its cached price is above its input price",
    ],
    [
      "a Priority price that is none",
      [row({ priority: { input: "1", output: "2" } })],
      "Priority costs no more than standard",
    ],
    ["an overlap", [row({}), row({ validFrom: "2026-02-01" })], "hold at the same time"],
    [
      "a gap",
      [row({ validTo: "2026-02-01" }), row({ validFrom: "2026-03-01" })],
      "has no price from 2026-02-01 to 2026-03-01",
    ],
  ])("%s", (_, rows, mistake) => {
    expect(findMistakes(tableOf(...rows)).join("\n")).toContain(mistake);
  });

  it("an alias without a target, or with two", () => {
    const alias = {
      provider: "fireworks",
      alias: "routers/x",
      target: "nowhere",
      validFrom: "2026-01-01",
      source: "a page that exists",
      moves: true,
    };
    const mistakes = findMistakes({
      ...tableOf(row({})),
      aliases: [alias, { ...alias, target: "accounts/fireworks/models/m", validFrom: "2026-02-01" }],
    });
    expect(mistakes).toEqual([
      "routers/x from 2026-01-01: no row has its target",
      "routers/x from 2026-01-01: two targets hold at the same time",
    ]);
  });
});

describe("rows' dates", () => {
  it("touch without overlap or gap", () => {
    const rows = [row({ validFrom: "2026-02-01" }), row({ validFrom: undefined, validTo: "2026-02-01" })];
    expect(findOverlap(rows)).toBeUndefined();
    expect(findGaps(rows)).toEqual([]);
  });

  it("are compared by provider and model, in any case", () => {
    expect(findOverlap([row({}), row({ provider: "other" })])).toBeUndefined();
    expect(findOverlap([row({ models: ["a", "B"] }), row({ models: ["b"], id: "x" })])?.model).toBe("fireworks b");
  });
});
