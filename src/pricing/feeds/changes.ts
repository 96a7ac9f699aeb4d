import { divideRounded, parseUsd } from "../../base/money.js";
import type { Rates } from "../look_up/schema.js";
import { BUILTIN_PRICES } from "../tables/builtin.js";
import { knownRates } from "./known_rates.js";
import { idOf, tiersOf } from "./merge.js";
import type { SellerPrices } from "./seller_prices.js";

/** One price, or one alias, that is another since the last time. */
export type PriceChange = RateChange | AliasChange;

/** A price that is another. Amounts are decimal strings in USD per million tokens; `null` where there is none. */
export interface RateChange {
  what: "changed" | "new" | "gone";
  model: string;
  /** `standard`, or the service tier that it is for. */
  tier: string;
  unit: "input" | "cachedInput" | "output";
  oldUsdPerMillion: string | null;
  newUsdPerMillion: string | null;
  /** In percent of the old price, such as `-28.57`; `null` without one. */
  percent: string | null;
}

/** An alias that stands for another model. */
export interface AliasChange {
  what: "alias";
  model: string;
  oldTarget: string | null;
  newTarget: string | null;
}

const UNITS = ["input", "cachedInput", "output"] as const;

/**
 * What is another in the newest list.
 * @param before - the prices so far; where there are none, the built-in ones are what is compared with
 */
export function changesIn(before: SellerPrices | undefined, after: SellerPrices): PriceChange[] {
  const at = after.source.fetchedAt;
  const old = before === undefined ? undefined : pricesOf(before, (row) => row.lastListed === undefined);
  const now = pricesOf(after, (row) => row.lastListed === undefined);
  const keys = new Set([...(old?.keys() ?? []), ...now.keys()]);
  const changes = [...keys].flatMap((key): PriceChange[] => {
    const [model = "", tier = ""] = key.split(" ");
    const known = old === undefined ? knownRates(BUILTIN_PRICES, model, tier, at) : old.get(key);
    return rateChanges(model, tier, known, now.get(key));
  });
  return [...changes, ...aliasChanges(before, after)];
}

/** The prices that hold now, by model and service tier. Ids have no blanks. */
function pricesOf(
  { rows }: SellerPrices,
  isListed: (row: SellerPrices["rows"][number]) => boolean,
): Map<string, Rates> {
  const open = rows.filter((row) => row.validTo === undefined && isListed(row));
  return new Map(
    open.flatMap((row) => [...tiersOf(row)].map(([tier, rates]) => [`${idOf(row)} ${tier}`, rates] as const)),
  );
}

function rateChanges(model: string, tier: string, old: Rates | undefined, now: Rates | undefined): RateChange[] {
  const what = old === undefined ? "new" : now === undefined ? "gone" : "changed";
  return UNITS.filter((unit) => old?.[unit] !== now?.[unit]).map((unit) => {
    const [before, after] = [old?.[unit] ?? null, now?.[unit] ?? null];
    return {
      what,
      model,
      tier,
      unit,
      oldUsdPerMillion: before,
      newUsdPerMillion: after,
      percent: percentOf(before, after),
    };
  });
}

/** With two decimals and a sign. */
function percentOf(before: string | null, after: string | null): string | null {
  if (before === null || after === null || parseUsd(before) === 0n) return null;
  const [old, now] = [parseUsd(before), parseUsd(after)];
  const hundredths = divideRounded((now - old) * 10_000n, old);
  const size = hundredths < 0n ? -hundredths : hundredths;
  return `${hundredths < 0n ? "-" : "+"}${size / 100n}.${String(size % 100n).padStart(2, "0")}`;
}

function aliasChanges(before: SellerPrices | undefined, { aliases, source }: SellerPrices): AliasChange[] {
  const at = Date.parse(source.fetchedAt);
  const old = targetsAt(before?.aliases ?? BUILTIN_PRICES.aliases, at - 1);
  const now = targetsAt(aliases, at);
  const names = new Set([...(before === undefined ? [] : old.keys()), ...now.keys()]);
  return [...names].flatMap((model): AliasChange[] => {
    const [oldTarget, newTarget] = [old.get(model) ?? null, now.get(model) ?? null];
    return oldTarget === newTarget ? [] : [{ what: "alias", model, oldTarget, newTarget }];
  });
}

function targetsAt(aliases: SellerPrices["aliases"], atMs: number): Map<string, string> {
  const open = aliases.filter(
    ({ validFrom = "", validTo }) => !(Date.parse(validFrom) > atMs) && !(Date.parse(validTo ?? "") <= atMs),
  );
  return new Map(open.map(({ alias, target }) => [alias, target]));
}
