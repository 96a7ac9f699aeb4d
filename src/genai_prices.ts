/**
 * Prices of everybody's models. Needs `@pydantic/genai-prices`.
 * @module langchain-metered/genai-prices
 */
import * as genai from "@pydantic/genai-prices";
import { fromGenaiPrices } from "./pricing/look_up/genai_prices.js";
import type { PriceTable } from "./pricing/look_up/schema.js";

/**
 * A price table over `@pydantic/genai-prices`, for the models of other providers.
 * @example const costs = new CostCallbackHandler({ table: genaiPrices });
 */
export const genaiPrices: PriceTable = /* @__PURE__ */ fromGenaiPrices(genai);

export {
  fromGenaiPrices,
  type FromGenaiPricesOptions,
  type GenaiPrice,
  type GenaiPrices,
  type GenaiProvider,
} from "./pricing/look_up/genai_prices.js";
