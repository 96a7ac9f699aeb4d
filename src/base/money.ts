import { ConfigurationError } from "./errors.js";
import { shown } from "./shown.js";

/** An amount in integer pico-dollars: 1 USD is 1_000_000_000_000n. */
export type Usd = bigint;

/** Pico-dollars in one dollar. */
const PICO_PER_USD = 1_000_000_000_000n;

/** Tokens that a price is quoted for. */
const TOKENS_PER_QUOTE = 1_000_000n;

const DECIMALS = 12;
/** Longer than any amount that can be meant; keeps parsing linear on hostile input. */
const MAX_LENGTH = 64;
const ZERO = "0".charCodeAt(0);
const PLAIN_DECIMAL = /^(\d*)(?:\.(\d*))?$/;

/**
 * Reads an amount in USD, such as `"0.000123"`, exactly. A leading `$` and surrounding blanks are allowed.
 * @throws ConfigurationError for anything else: signs (prices and limits are never negative), exponents, grouping commas,
 * and digits beyond the twelfth decimal, which a pico-dollar cannot hold.
 */
export function parseUsd(text: string, option = "amount"): Usd {
  const amount = tryParseUsd(text);
  if (amount !== undefined) return amount;
  throw new ConfigurationError(
    option,
    `\`${typeof text === "string" ? text.slice(0, MAX_LENGTH) : shown(text)}\` is not an amount in USD (\`${option}\`).`,
    'Write a plain decimal string of at most 12 decimals, such as "0.15".',
  );
}

/** `parseUsd` without the error: `undefined` for what is not an amount. */
export function tryParseUsd(text: unknown): Usd | undefined {
  if (typeof text !== "string" || text.length > MAX_LENGTH) return undefined;
  const trimmed = text.trim();
  const match = PLAIN_DECIMAL.exec(trimmed.startsWith("$") ? trimmed.slice(1) : trimmed);
  if (!match) return undefined;
  const whole = match[1] ?? "";
  const fraction = match[2] ?? "";
  if (whole === "" && fraction === "") return undefined;
  if (/[1-9]/.test(fraction.slice(DECIMALS))) return undefined;
  return BigInt(whole) * PICO_PER_USD + BigInt(fraction.slice(0, DECIMALS).padEnd(DECIMALS, "0"));
}

/** Reads an amount that may also be a JavaScript number, as its shortest decimal form says: `0.1` is ten cents. */
export function tryParseUsdOrNumber(value: unknown): Usd | undefined {
  if (typeof value !== "number") return tryParseUsd(value);
  return tryParseUsd(decimalString(value));
}

/** A number's shortest decimal form without an exponent; `undefined` for NaN, infinities and negatives. */
function decimalString(value: number): string | undefined {
  if (!Number.isFinite(value) || value < 0) return undefined;
  const [digits = "", exponent] = String(value).split("e");
  if (exponent === undefined) return digits;
  const [whole = "", fraction = ""] = digits.split(".");
  const shift = Number(exponent);
  // 9e99 is nobody's price: leave it unreadable instead of writing out a hundred zeros.
  if (Math.abs(shift) > 30) return undefined;
  return shift < 0
    ? `0.${"0".repeat(-shift - 1)}${whole}${fraction}`
    : `${whole}${fraction.padEnd(shift, "0").slice(0, shift)}`;
}

/** The shortest exact decimal string: `"0"`, `"0.000123"`, `"12.5"`. No currency sign, no exponent. */
export function formatUsd(amount: Usd): string {
  if (amount < 0n) return `-${formatUsd(-amount)}`;
  const digits = amount.toString().padStart(DECIMALS + 1, "0");
  const point = digits.length - DECIMALS;
  let end = digits.length;
  while (end > point && digits.charCodeAt(end - 1) === ZERO) end -= 1;
  return end === point ? digits.slice(0, point) : `${digits.slice(0, point)}.${digits.slice(point, end)}`;
}

/** The nearest double in USD. For the edges only: display, exporters that take nothing else. */
export function toNumber(amount: Usd): number {
  return Number(formatUsd(amount));
}

/**
 * The cost of `tokens` at a rate in pico-dollars per million tokens. Exact for rates of up to six decimals; any other is
 * rounded once, half to even, to a pico-dollar.
 */
export function costOfTokens(picoPerMillion: bigint, tokens: bigint): Usd {
  return divideRounded(picoPerMillion * tokens, TOKENS_PER_QUOTE);
}

/** Integer division rounded to the nearest, halves to even. @throws RangeError when `divisor` is 0. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const remainder = dividend % divisor;
  if (remainder === 0n) return quotient;
  const twice = 2n * (remainder < 0n ? -remainder : remainder);
  const size = divisor < 0n ? -divisor : divisor;
  const up = twice > size || (twice === size && quotient % 2n !== 0n);
  if (!up) return quotient;
  return dividend < 0n === divisor < 0n ? quotient + 1n : quotient - 1n;
}
