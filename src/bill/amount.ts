import { divideRounded, formatUsd, tryParseUsd, type Usd } from "../base/money.js";

const DECIMAL = /^(-?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,2}))?$/i;
const MAX_LENGTH = 64;
const PICO_DECIMALS = 12;

/**
 * An amount as bills write them: a decimal string or a JSON number, also below zero, with an exponent, or with more decimals
 * than a pico-dollar holds, which are rounded half to even.
 * @param decimals - how many places the point moves to the left: 2 for cents
 * @returns `undefined` for what is no amount
 */
export function billAmount(value: unknown, decimals = 0): Usd | undefined {
  const text = typeof value === "number" ? String(value) : typeof value === "string" ? value.trim() : "";
  if (text.length > MAX_LENGTH) return undefined;
  const [match, sign, whole = "", fraction = "", exponent = "0"] = DECIMAL.exec(text) ?? [];
  if (match === undefined || whole + fraction === "") return undefined;
  const digits = BigInt(whole + fraction);
  const shift = PICO_DECIMALS + Number(exponent) - fraction.length - decimals;
  const pico = shift >= 0 ? digits * 10n ** BigInt(shift) : divideRounded(digits, 10n ** BigInt(-shift));
  return sign === "-" ? -pico : pico;
}

/** The amount of a bill's line or an entry, which may be below zero. */
export function parseSigned(text: string): Usd | undefined {
  if (!text.startsWith("-")) return tryParseUsd(text);
  const amount = tryParseUsd(text.slice(1));
  return amount === undefined ? undefined : -amount;
}

/** `formatUsd`, or `null` for what is not known. */
export function orNull(amount: Usd | undefined): string | null {
  return amount === undefined ? null : formatUsd(amount);
}
