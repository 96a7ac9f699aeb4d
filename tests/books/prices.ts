import { definePriceTable } from "../../src/pricing/look_up/define_price_table.js";

/** One dollar per million input tokens, ten cents for cached ones, four dollars for output. */
export const PRICES = definePriceTable(
  [
    {
      provider: "acme",
      model: "roadrunner",
      inputUsdPerMillion: "1",
      cachedInputUsdPerMillion: "0.1",
      outputUsdPerMillion: "4",
    },
    { provider: "acme", model: "tortoise", free: true },
  ],
  { name: "test", fallback: null },
);

/** A million in, a million out: $5 at these prices. */
export const MILLIONS = { input_tokens: 1_000_000, output_tokens: 1_000_000, total_tokens: 2_000_000 };
