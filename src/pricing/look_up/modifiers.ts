import { divideRounded } from "../../base/money.js";
import { dayStart } from "./dates.js";
import { PROVIDERS } from "./providers.js";
import { mapRates, toRate, type CompiledRates, type CompiledRow } from "./compiled.js";

/** Rates with what had to be assumed for them, or why there are none. */
export type Modified = { rates: CompiledRates; assumptions: readonly string[] } | { reason: string };

/** How a call was made. */
export interface CallMode {
  provider: string;
  serviceTier?: string;
  batch?: boolean;
}

const NONE: readonly string[] = [];

/** Service tiers that cost what standard does, whatever else they do. */
const STANDARD_TIERS: ReadonlySet<string> = new Set(["", "auto", "default", "standard"]);

/** Whether a service tier is one that a price list lists, whoever's it is. */
export function isStandardTier(tier: string): boolean {
  return STANDARD_TIERS.has(tier.toLowerCase());
}

/** The rates of one call: by its service tier, halved in a batch job. */
export function modifyRates(
  standard: CompiledRates,
  tiers: ReadonlyMap<string, CompiledRates> | undefined,
  mode: CallMode,
): Modified {
  const tier = typeof mode.serviceTier === "string" ? mode.serviceTier.toLowerCase() : "";
  const { standardTiers = NONE, halfInBatch } = PROVIDERS.get(mode.provider) ?? {};
  const own = tiers?.get(tier);
  if (own !== undefined && mode.batch !== true) return { rates: own, assumptions: NONE };
  const isStandard = STANDARD_TIERS.has(tier) || standardTiers.includes(tier);
  if (mode.batch === true || tier === "batch") {
    if (halfInBatch === undefined) return { reason: `no batch price is known for \`${mode.provider.slice(0, 40)}\`` };
    if (isStandard || tier === "batch") return halve(standard, halfInBatch.assumption);
    return { reason: `no price is documented for a batch job with service tier \`${tier.slice(0, 40)}\`` };
  }
  if (isStandard) return { rates: standard, assumptions: NONE };
  if (tier === "priority") return { reason: "no Priority price is listed for this model" };
  return { reason: `the service tier \`${tier.slice(0, 40)}\` has no known price` };
}

/** What is to be said of a batch job of that time. */
export function batchWarnings({ provider, serviceTier, batch }: CallMode, atMs: number): readonly string[] {
  if (batch !== true && String(serviceTier).toLowerCase() !== "batch") return NONE;
  const ended = PROVIDERS.get(provider)?.halfInBatch?.ended;
  return ended === undefined || atMs < (dayStart(ended.from) ?? Infinity) ? NONE : [ended.warning];
}

/** A row's standard rates at one time: those of its peak hours within them. */
export function standardAt({ standard, peak, row }: CompiledRow, atMs: number): CompiledRates {
  if (peak === undefined || row.peak === undefined) return standard;
  const at = new Date(atMs);
  const day = at.getUTCDay();
  const hour = at.getUTCHours();
  const isPeak = day >= 1 && day <= 5 && hour >= row.peak.fromHourUtc && hour < row.peak.toHourUtc;
  return isPeak ? peak : standard;
}

function halve(rates: CompiledRates, cachedInput: string): Modified {
  const halved = mapRates(rates, ({ pico }) => toRate(divideRounded(pico, 2n)));
  return { rates: halved, assumptions: rates.cachedInput === undefined ? NONE : [cachedInput] };
}
