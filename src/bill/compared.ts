import { toNumber, type Usd } from "../base/money.js";
import type { Amounts, ComparedModel } from "./compare.js";
import type { DayModel } from "./day_model.js";

/** A model on a day: its sums, and how they compare. */
export interface Compared {
  group: DayModel;
  amounts: Amounts;
  line: ComparedModel;
}

/** Figures are equal for the likely causes when they differ by less than this part. */
const CLOSE = 0.0005;

/** Days as they are said: the first, and how many. */
export function daysText(those: readonly Compared[]): string {
  const days = those.map(({ line }) => line.day);
  if (days.length <= 3) return `on ${days.join(", ")}`;
  return `on ${days.length} days from ${days[0]} to ${days.at(-1)}`;
}

/** The price row of most of the dollars. */
export function rowText(those: readonly Compared[]): string {
  const rows = new Set(those.map(({ line }) => line.row).filter((row) => row !== null));
  return rows.size === 0 ? "(none: the ledger's own cost)" : [...rows].map((row) => `\`${row}\``).join(", ");
}

/** Whether two figures are the same, but for rounding. */
export function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= CLOSE * Math.max(Math.abs(a), Math.abs(b));
}

/** A part as people write it. */
export function percent(part: number): string {
  return `${Number((part * 100).toPrecision(3))} %`;
}

/** An amount in a sentence. */
export function dollars(amount: number): string {
  return `${amount < 0 ? "-" : ""}$${Math.abs(Number(amount.toPrecision(6)))}`;
}

/** The sum of one of the amounts, for a sentence. */
export function sumOf(those: readonly Compared[], of: (amounts: Amounts) => Usd | undefined): number {
  return toNumber(those.reduce((sum, { amounts }) => sum + (of(amounts) ?? 0n), 0n));
}
