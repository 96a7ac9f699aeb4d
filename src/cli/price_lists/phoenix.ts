import { perMillion, type ListedPrice } from "./listed_price.js";

/**
 * What Arize Phoenix's GraphQL mutation `createModel` takes as its `input`. Cached tokens are a part of the prompt there, and thoughts,
 * which cost what other output does, need no price.
 */
export function toPhoenix({ model, provider, pattern, input, cachedInput, output }: ListedPrice): object {
  return {
    name: model,
    provider,
    namePattern: pattern,
    costs: [
      { tokenType: "input", costPerMillionTokens: perMillion(input), kind: "PROMPT" },
      { tokenType: "cache_read", costPerMillionTokens: perMillion(cachedInput), kind: "PROMPT" },
      { tokenType: "output", costPerMillionTokens: perMillion(output), kind: "COMPLETION" },
    ],
  };
}
