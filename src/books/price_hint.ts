import type { CallFacts } from "../ledger/entry.js";
import type { CostOptions } from "../pricing/cost.js";
import { OWN_PROVIDERS } from "../pricing/look_up/genai_prices.js";
import { canonicalProvider } from "../pricing/look_up/providers.js";

const HINT =
  'For the prices of other providers\' models run `npm install @pydantic/genai-prices`, then `import { genaiPrices } from "langchain-metered/genai-prices"` and `new CostCallbackHandler({ table: genaiPrices })`';

/** Where prices of a model that has none are to be had, where it is another provider's and no table was passed. */
export function priceHint({ provider }: Pick<CallFacts, "provider">, { table }: CostOptions): string | undefined {
  return table === undefined && !OWN_PROVIDERS.includes(canonicalProvider(provider)) ? HINT : undefined;
}
