import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { priceOf } from "../../src/pricing/look_up/price_of.js";

/** A look-up and the price that is right, as `input cached output` in USD per million tokens; `null` for none. */
type LookUp = [provider: string, model: string, serviceTier: string, at: string, right: string | null];

const read = (): { mended: LookUp[]; standing: LookUp[] } =>
  JSON.parse(readFileSync(new URL("../fixtures/price_disagreements.json", import.meta.url), "utf8"));
const { mended, standing } = read();

const found = ([provider, model, serviceTier, at]: LookUp): string | null => {
  const answer = priceOf(model, { provider, serviceTier, at });
  const { inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion } = answer;
  return answer.basis === "unpriced"
    ? null
    : [inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion].join(" ");
};

describe("where price lists of 2026-11 disagreed with this one", () => {
  it.each(mended)("theirs was right: %s %s %j on %s", (...lookUp) => {
    expect(found(lookUp)).toBe(lookUp[4]);
  });

  it.each(standing)("ours stands: %s %s %j on %s", (...lookUp) => {
    expect(found(lookUp)).toBe(lookUp[4]);
  });
});
