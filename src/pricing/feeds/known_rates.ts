import { resolvePrice } from "../look_up/resolve.js";
import type { PriceTable, Rates } from "../look_up/schema.js";

/** What a table says of the tokens of a model and service tier; nothing where it says so by the model's size alone, which is a guess. */
export function knownRates(table: PriceTable, model: string, serviceTier: string, at: string): Rates | undefined {
  const { rates, basis } = resolvePrice({ provider: "fireworks", model, serviceTier, at }, table);
  if (rates === undefined || basis === "tier") return undefined;
  const { input, cachedInput, output } = rates;
  return {
    input: input.usd,
    output: output.usd,
    ...(cachedInput === undefined ? {} : { cachedInput: cachedInput.usd }),
  };
}
