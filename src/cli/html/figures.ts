import { withoutEnd } from "../../base/trim.js";
import { formatUsd, parseUsd, type Usd } from "../../base/money.js";
import type { Totals } from "../../ledger/tally.js";
import { html, type Html } from "./html.js";

/** A figure in a table: how it reads, what it is exactly, and what it is sorted by; `undefined` comes last. */
export interface Figure {
  shown: Html | string;
  exact?: string;
  sortBy?: string;
}

/** What there is no figure of. */
export const NONE: Figure = { shown: "–" };

/** Digits of an amount below a cent. */
const DIGITS = 3;
const SCALES = [
  [15, "quadrillion"],
  [12, "trillion"],
  [9, "billion"],
  [6, "million"],
] as const;

/** An amount as it is read: cents, the first digits below a cent, millions in words. */
export function readableUsd(usd: string): string {
  const [whole = "0", fraction = ""] = usd.split(".");
  for (const [zeros, name] of SCALES)
    if (whole.length > zeros) return `$${readableCount(Number(whole.slice(0, -zeros + 3)) / 1000, 2)} ${name}`;
  if (whole === "0" && /^0?0?0*[1-9]/.test(fraction) && Number(usd) < 0.01) return `$${firstDigits(usd)}`;
  const cents = (parseUsd(usd) + 5_000_000_000n) / 10_000_000_000n;
  return usd === "0"
    ? "$0"
    : `$${(cents / 100n).toLocaleString("en-US")}.${(cents % 100n).toString().padStart(2, "0")}`;
}

function firstDigits(usd: string): string {
  const fraction = usd.slice(2);
  const zeros = fraction.search(/[1-9]/);
  return withoutEnd(Number(usd).toFixed(Math.min(12, zeros + DIGITS)), "0");
}

/** A number with commas. */
export function readableCount(count: number, decimals = 0): string {
  return count.toLocaleString("en-US", { maximumFractionDigits: decimals });
}

/** A count in a table. */
export function countFigure(count: number): Figure {
  return { shown: readableCount(count), sortBy: String(count) };
}

const UNITS = [
  [1e12, "T"],
  [1e9, "B"],
  [1e6, "M"],
] as const;

/** Tokens as they are read: 12.3 million is told faster than 12,345,678. */
export function readableTokens(tokens: number): string {
  if (tokens < 100_000) return readableCount(tokens);
  // What rounds to 1000 of one unit is 1 of the next.
  const [size, unit] = UNITS.find(([each]) => tokens >= 0.9995 * each) ?? [1e3, "k"];
  return `${Number((tokens / size).toPrecision(3))}${unit}`;
}

/** Tokens in a table. */
export function tokensFigure(tokens: number): Figure {
  return { shown: readableTokens(tokens), exact: readableCount(tokens), sortBy: String(tokens) };
}

/** Milliseconds as they are read. */
export function readableMs(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${Number((ms / 1000).toPrecision(3))} s`;
  return `${readableCount(ms / 60_000, 1)} min`;
}

/** What calls cost: never 0 for what is not known. */
export function costFigure({ costUsd, unpricedCalls }: Totals): Figure {
  if (costUsd === undefined) return { shown: html`<em class="unknown">unpriced</em>` };
  const exact = `$${costUsd}`;
  if (unpricedCalls === 0) return { shown: readableUsd(costUsd), exact, sortBy: costUsd };
  const more = html`${readableUsd(costUsd)} <em class="unknown">+ ?</em>`;
  return { shown: more, exact: `${exact}, and calls of unknown cost: ${unpricedCalls}`, sortBy: costUsd };
}

/** The least and the most that calls can have cost; `undefined` where both are the cost, or nothing is known. */
export function rangeOf({ costUsd, lowUsd, highUsd }: Totals): { shown: string; exact: string } | undefined {
  if (costUsd === undefined || lowUsd === undefined || (lowUsd === costUsd && highUsd === costUsd)) return undefined;
  return {
    shown: highUsd === undefined ? `${readableUsd(lowUsd)} to ?` : readableRange(lowUsd, highUsd),
    exact: `$${lowUsd} to ${highUsd === undefined ? "an unknown amount" : `$${highUsd}`}`,
  };
}

/** With as many digits as tell the two apart. */
function readableRange(lowUsd: string, highUsd: string): string {
  const [low, high] = [readableUsd(lowUsd), readableUsd(highUsd)];
  if (low !== high) return `${low} to ${high}`;
  const digits = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12].find((count) => fixed(lowUsd, count) !== fixed(highUsd, count));
  return digits === undefined ? `${low} to ${high}` : `$${fixed(lowUsd, digits)} to $${fixed(highUsd, digits)}`;
}

function fixed(usd: string, digits: number): string {
  return Number(usd).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A part of a whole; what is not known stays so. */
export function shareFigure(part: number, whole: number): Figure {
  if (whole === 0) return { shown: html`<span class="none" aria-label="not known" role="img">–</span>` };
  const percent = (part / whole) * 100;
  return { shown: readablePercent(percent), sortBy: percent.toFixed(12) };
}

/** A percentage that says neither none where there is some, nor all where some is missing. */
export function readablePercent(percent: number): string {
  if (percent > 0 && percent < 0.1) return "< 0.1 %";
  if (percent < 100 && percent > 99.9) return "> 99.9 %";
  return `${Number(percent.toFixed(1))} %`;
}

/** How much of one amount another is, in percent, for a picture. */
export function percentOf(part: Usd, whole: Usd): number {
  return whole === 0n ? 0 : Number((part * 1_000_000n) / whole) / 10_000;
}

/** An amount with its sign. */
export function exactUsd(amount: Usd): string {
  return `$${formatUsd(amount)}`;
}
