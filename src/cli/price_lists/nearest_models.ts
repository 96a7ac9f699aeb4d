import { isNear } from "../../base/nearest.js";
import { slips } from "../../base/slips.js";
import { priceOf, type PriceOfOptions } from "../../pricing/look_up/price_of.js";
import { canonicalProvider, DEFAULT_PROVIDER } from "../../pricing/look_up/providers.js";
import { BUILTIN_PRICES } from "../../pricing/tables/builtin.js";
import { rowsOf } from "./listed_price.js";

/** How many names are shown. */
const SHOWN = 3;

/** The models with a price whose names are nearest to one that has none: `kimi-k3` for `kimi-k33`. None where all are far away. */
export function nearestModels(model: string, options: PriceOfOptions): string[] {
  const provider = canonicalProvider(options.provider ?? DEFAULT_PROVIDER);
  const asked = shortName(model);
  const ids = rowsOf(options.table ?? BUILTIN_PRICES, provider).flatMap((row) => row.models);
  const isPriced = (name: string) => priceOf(name, options).basis !== "unpriced";
  return [...new Map(ids.map((id) => [shortName(id), id]))]
    .map(([name, id]) => ({ spellings: [name, id], distance: slips(asked, name) }))
    .filter(({ distance }) => isNear(asked, distance))
    .sort((one, other) => one.distance - other.distance)
    .flatMap(({ spellings }) => spellings.find(isPriced) ?? [])
    .slice(0, SHOWN);
}

/** An id without whose it is. */
const shortName = (id: string) => id.slice(id.lastIndexOf("/") + 1);
