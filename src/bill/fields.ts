import { formatUsd } from "../base/money.js";
import type { Json } from "../base/json.js";
import { shown } from "../base/shown.js";
import { dayStart } from "../pricing/look_up/dates.js";
import { billAmount } from "./amount.js";
import { BillError } from "./bill_error.js";

const TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?$/;

/** The day in UTC of a time as bills write them: a day, a time (UTC unless it names a zone), or seconds since 1970. */
function utcDay(value: unknown): string | undefined {
  if (typeof value === "number") return dayOf(value * 1000);
  const [, day, time, zone = "Z"] = TIME.exec(typeof value === "string" ? value.trim() : "") ?? [];
  if (day === undefined || dayStart(day) === undefined) return undefined;
  if (time === undefined || zone === "Z" || zone === "UTC") return day;
  const minutes = zone.length === 3 ? ":00" : "";
  return dayOf(Date.parse(`${day}T${time}${zone}${minutes}`));
}

/** The day in UTC of an entry's time. */
export function entryDay(time: string): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** Whether an option is a day such as `2026-09-01`. */
export function isDay(value: unknown): value is string {
  return typeof value === "string" && dayStart(value) !== undefined;
}

/** Whether one day comes right before another. */
export function isDayBefore(day: string, next: string): boolean {
  return day < next && Date.parse(next) - Date.parse(day) === 86_400_000;
}

function dayOf(ms: number): string | undefined {
  return Math.abs(ms) <= MAX_MS ? new Date(ms).toISOString().slice(0, 10) : undefined;
}

/** Years of four digits. */
const MAX_MS = 250_000_000_000_000;

/** A field's text without blanks around it; `undefined` where it is empty or no text. */
export function textIn(fields: Readonly<Json>, name: string): string | undefined {
  const value = fields[name];
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** The day of the first of these fields that is there. @throws BillError where it is no time */
export function dayIn(fields: Readonly<Json>, ...names: readonly string[]): string {
  const name = names.find((one) => isThere(fields[one])) ?? names[0] ?? "";
  const day = utcDay(fields[name]);
  if (day === undefined) throw new BillError(`\`${name}\` is \`${shown(fields[name])}\`, which is no day or time.`);
  return day;
}

/** A field's amount as a decimal string. @throws BillError where it is none */
export function usdIn(fields: Readonly<Json>, name: string, decimals = 0): string {
  const amount = billAmount(fields[name], decimals);
  if (amount === undefined) throw new BillError(`\`${name}\` is \`${shown(fields[name])}\`, which is no amount.`);
  return formatUsd(amount);
}

/** A field's count; `undefined` where it is empty. @throws BillError where it is none */
export function countIn(fields: Readonly<Json>, name: string): number | undefined {
  const value = fields[name];
  if (!isThere(value)) return undefined;
  const count = typeof value === "string" ? Number(value) : value;
  if (typeof count === "number" && Number.isSafeInteger(count) && count >= 0) return count;
  throw new BillError(`\`${name}\` is \`${shown(value)}\`, which is no count.`);
}

/** @throws BillError where a bill is in another currency */
export function requireUsd(currency: unknown): void {
  if (typeof currency === "string" && currency.trim().toUpperCase() === "USD") return;
  const name = typeof currency === "string" ? currency.trim().slice(0, 80) : shown(currency);
  throw new BillError(
    `the currency is \`${name}\`. Ledgers are in USD: ask for the bill in USD, or convert its amounts first.`,
    { currency: name },
  );
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}
