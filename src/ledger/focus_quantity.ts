import { divideRounded, formatUsd, tryParseUsd } from "../base/money.js";
import { COUNTED, MORE_TOKENS, OUTPUT_UNITS } from "../pricing/units.js";
import type { EntryCostComponent } from "./entry.js";

/** How much of something was used, in what it is counted in and in what it is priced in. Decimal strings. */
export interface FocusQuantity {
  consumed: string;
  consumedUnit: string;
  priced: string;
  pricedUnit: string;
  /** For one of what it is priced in; `undefined` where the entry has none that can be read. */
  unitPrice: string | undefined;
}

/** A millionth in the twelve decimals that amounts have. */
const MICRO = 1_000_000n;
const THOUSANDTH = 1_000_000_000n;

/** What a component of a cost counts. One that only has an amount is one request at that price. */
export function quantityOf(name: string, component: EntryCostComponent): FocusQuantity {
  const { tokens, usdPerMillion, count, usdPerThousand, seconds, usdPerHour, usd } = component;
  if (tokens !== undefined)
    return quantity(decimal(whole(tokens) * PICO), "Tokens", whole(tokens) * MICRO, "1000000 Tokens", usdPerMillion);
  if (count !== undefined) {
    const unit = name === "request" ? "Requests" : "Units";
    return quantity(decimal(whole(count) * PICO), unit, whole(count) * THOUSANDTH, `1000 ${unit}`, usdPerThousand);
  }
  if (seconds === undefined) return quantity("1.0", "Requests", PICO, "Requests", usd);
  const time = gpuTime(component);
  return quantity(
    decimal(divideRounded(time, 1000n)),
    "GPU-Seconds",
    divideRounded(time, 3_600_000n),
    "GPU-Hours",
    usdPerHour,
  );
}

function quantity(
  consumed: string,
  consumedUnit: string,
  priced: bigint,
  pricedUnit: string,
  price: string | undefined,
): FocusQuantity {
  const unitPrice = tryParseUsd(price);
  return {
    consumed,
    consumedUnit,
    priced: decimal(priced),
    pricedUnit,
    unitPrice: unitPrice === undefined ? undefined : decimal(unitPrice),
  };
}

const PICO = 1_000_000_000_000n;

/** GPU time in microseconds of billionths, as it is charged. */
function gpuTime({ seconds = 0, gpus = 1, share = 1 }: EntryCostComponent): bigint {
  return whole(seconds * 1e6) * whole(gpus) * whole(share * 1e9);
}

/** Whoever wrote a ledger's file may have written any number. */
function whole(value: number): bigint {
  return Number.isFinite(value) ? BigInt(Math.round(value)) : 0n;
}

/** A number of twelve decimals in FOCUS's form: one that is whole has a point too, or readers take the column for integers. */
export function decimal(amount: bigint): string {
  const text = formatUsd(amount);
  return text.includes(".") ? text : `${text}.0`;
}

/** What a component of a cost measures, in words: `Input Tokens`, `Web Searches`. */
export function meterOf(name: string): string {
  return METERS.get(name) ?? name;
}

const METERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    input: "input tokens",
    output: "output tokens",
    gpu: "GPU time",
    call: "calls",
    upstream: "upstream calls",
    ...COUNTED,
    ...Object.fromEntries(Object.entries(MORE_TOKENS).map(([unit, { words }]) => [unit, words])),
  }).map(([name, words]) => [name, words.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())]),
);

/** What a price is for, in the words that FOCUS 1.5 has for it. */
export function detailsOf(name: string, model: string, { tokens }: EntryCostComponent): Record<string, string> {
  if (tokens === undefined) return { ModelId: model };
  // Widened: any name may be in a file.
  if ((OUTPUT_UNITS as readonly string[]).includes(name)) return { ModelId: model, TokenDirection: "Output" };
  const action = name.startsWith("cacheWrite") ? "Write" : name.startsWith("cached") ? "Read" : "Uncached";
  return { ModelId: model, TokenCacheAction: action, TokenDirection: "Input" };
}
