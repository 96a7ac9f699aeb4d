import { fieldsOf, isObject, itemsOf, nonEmpty, type Json } from "../../base/json.js";
import { formatUsd, parseUsd, tryParseUsd, type Usd } from "../../base/money.js";
import { shown } from "../../base/shown.js";
import type { Rates } from "../look_up/schema.js";

/** The rates of one mode, with what was left out of them; or why there are none. */
export type ListedRates = { rates: Rates; unread: readonly string[] } | { problem: string };

type Kind = "input" | "cachedInput" | "output";

/** Fireworks' names of what it charges for. The last is an older name of the first, which wins. */
const SKUS: ReadonlyMap<string, Kind | "anyInput"> = new Map([
  ["llm input tokens (uncached)", "input"],
  ["llm input tokens (cached)", "cachedInput"],
  ["llm output tokens", "output"],
  ["llm input tokens", "anyInput"],
]);

/**
 * Reads what a mode costs: `[{ sku, amount, unit }]`, where an amount is a decimal string, or Google's `Money`
 * (`{ currencyCode, units, nanos }`), in USD per million tokens. Anything else makes the whole mode unreadable, for a rate that is missing
 * would make others wrong.
 * @param hasNoAnswer - whether the model answers without tokens, so that there is no price of its output
 * @param ofRow - the currency that the whole row is in, where it says so
 */
export function readListedRates(pricing: unknown, hasNoAnswer: boolean, ofRow?: unknown): ListedRates {
  const amounts = new Map<Kind | "anyInput", Usd>();
  const unread: string[] = [];
  for (const item of itemsOf(pricing)) {
    const fields = fieldsOf(item);
    const sku = nonEmpty(fields.sku)?.trim();
    if (sku === undefined) return { problem: "one of its prices does not say what for" };
    const kind = SKUS.get(sku.toLowerCase());
    if (kind === undefined) {
      unread.push(sku);
      continue;
    }
    const amount = readAmount(fields, ofRow);
    if (typeof amount === "string") return { problem: `the price of \`${sku}\` ${amount}` };
    if ((amounts.get(kind) ?? amount) !== amount) return { problem: `\`${sku}\` has two prices` };
    amounts.set(kind, amount);
  }
  return toRates(amounts, unread, hasNoAnswer);
}

function toRates(
  amounts: ReadonlyMap<Kind | "anyInput", Usd>,
  unread: readonly string[],
  hasNoAnswer: boolean,
): ListedRates {
  const input = amounts.get("input") ?? amounts.get("anyInput");
  const output = amounts.get("output") ?? (hasNoAnswer ? 0n : undefined);
  const cachedInput = amounts.get("cachedInput");
  if (input === undefined || output === undefined)
    return { problem: `there is no price of its ${input === undefined ? "input" : "output"}` };
  if (input === 0n && output === 0n) return { problem: "all its prices are 0, which may mean that they are not known" };
  if (cachedInput !== undefined && cachedInput > input)
    return { problem: "its cached input costs more than other input" };
  const rates: Rates = {
    input: formatUsd(input),
    output: formatUsd(output),
    ...(cachedInput === undefined ? {} : { cachedInput: formatUsd(cachedInput) }),
  };
  return { rates, unread };
}

/** An amount in USD, or in words what is wrong with it. */
function readAmount(price: Readonly<Json>, ofRow: unknown): Usd | string {
  const { amount, unit } = price;
  // The nested form names no unit.
  if (unit !== undefined && !(typeof unit === "string" && /^1 ?m tokens$/i.test(unit)))
    return `is per ${shown(unit)}, not per "1M tokens"`;
  const currency = currencyOf(price) ?? currencyOf(fieldsOf(amount)) ?? ofRow;
  if (currency !== undefined && currency !== "USD") return `is in ${shown(currency)}, not in USD`;
  const usd = isObject(amount) ? readMoney(amount) : readDecimal(amount);
  return (
    usd ??
    `is ${isObject(amount) ? JSON.stringify(amount).slice(0, 80) : shown(amount)}, which is no amount that can be read exactly`
  );
}

/** The currency that a price or a row says that it is in. */
export function currencyOf({ currency, currencyCode, currency_code }: Readonly<Json>): unknown {
  return currency ?? currencyCode ?? currency_code;
}

/** A plain decimal: what has a sign, an exponent or a currency is no price of this list. */
function readDecimal(amount: unknown): Usd | undefined {
  return typeof amount === "string" && /^\d/.test(amount) ? tryParseUsd(amount) : undefined;
}

/** A part that is left out is 0; but what has other parts is no `Money`. */
function readMoney({
  units = "0",
  nanos = 0,
  currency: _,
  currencyCode: __,
  currency_code: ___,
  ...others
}: Readonly<Json>): Usd | undefined {
  const isWhole =
    typeof units === "string" ? /^\d{1,12}$/.test(units) : Number.isSafeInteger(units) && Number(units) >= 0;
  const isPart = Number.isInteger(nanos) && Number(nanos) >= 0 && Number(nanos) < 1_000_000_000;
  return isWhole && isPart && Object.keys(others).length === 0
    ? parseUsd(`${String(units)}.${String(nanos).padStart(9, "0")}`)
    : undefined;
}
