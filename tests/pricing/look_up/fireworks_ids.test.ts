import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { priceOf } from "../../../src/pricing/look_up/price_of.js";

interface Graded {
  tier: Record<string, string[]>;
  listed: Record<string, [string, string, string]>;
  unpriced: string[];
}

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${name}.json`, import.meta.url), "utf8"));
const graded: Graded = read("fireworks_ids");
const named: Omit<Graded, "listed"> = read("open_model_names");
const at = new Date("2026-11-20");

const full = (id: string): string => (id.includes("/") || id === "auto" ? id : `accounts/fireworks/models/${id}`);
const pricesOf = (id: string) => {
  const { inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion, basis } = priceOf(full(id), { at });
  return { id, basis, prices: [inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion] };
};

describe("the price of every graded Fireworks id", () => {
  it.each(Object.entries(graded.tier))("size tier %s", (price, ids) => {
    expect(ids.map(pricesOf)).toEqual(ids.map((id) => ({ id, basis: "tier", prices: [price, price, price] })));
  });

  it("listed by name", () => {
    const ids = Object.entries(graded.listed);
    expect(ids.map(([id]) => pricesOf(id))).toEqual(ids.map(([id, prices]) => ({ id, basis: "exact", prices })));
  });

  it("no price, and a reason", () => {
    expect(graded.unpriced.map(pricesOf)).toEqual(
      graded.unpriced.map((id) => ({ id, basis: "unpriced", prices: [null, null, null] })),
    );
    for (const id of graded.unpriced) expect(priceOf(full(id), { at }).reason).not.toBe("");
  });

  it("is the same in capitals", () => {
    const ids = [...Object.values(graded.tier).flat(), ...Object.keys(graded.listed)];
    expect(ids.map((id) => pricesOf(full(id).toUpperCase()).prices)).toEqual(ids.map((id) => pricesOf(id).prices));
  });

  it("by the names of open models", () => {
    for (const [price, ids] of Object.entries(named.tier))
      expect(ids.map(pricesOf)).toEqual(ids.map((id) => ({ id, basis: "tier", prices: [price, price, price] })));
    expect(named.unpriced.map(pricesOf)).toEqual(
      named.unpriced.map((id) => ({ id, basis: "unpriced", prices: [null, null, null] })),
    );
  });

  it("covers at least 350 ids, each once", () => {
    const ids = [...Object.values(graded.tier).flat(), ...Object.keys(graded.listed), ...graded.unpriced];
    expect(ids.length).toBeGreaterThanOrEqual(350);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
