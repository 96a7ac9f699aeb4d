import { perToken, type ListedPrice } from "./listed_price.js";

/**
 * What Langfuse's `POST /api/public/models` takes. Its handler for LangChain sends cached input and thoughts apart, and what has no price
 * costs nothing there, so that each has its own.
 */
export function toLangfuse({ model, pattern, input, cachedInput, output, from }: ListedPrice): object {
  const cached = perToken(cachedInput);
  return {
    modelName: model,
    matchPattern: `(?i)${pattern}`,
    ...(from === undefined ? {} : { startDate: `${from}T00:00:00Z` }),
    unit: "TOKENS",
    pricingTiers: [
      {
        name: "Standard",
        isDefault: true,
        priority: 0,
        conditions: [],
        prices: {
          input: perToken(input),
          input_cache_read: cached,
          input_cached_tokens: cached,
          output: perToken(output),
          output_reasoning: perToken(output),
        },
      },
    ],
  };
}
