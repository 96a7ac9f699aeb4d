const MS_PER_DAY = 86_400_000;

/** The start (UTC) of a `YYYY-MM-DD` day in epoch milliseconds; `undefined` for what is no such day. */
export function dayStart(day: string | undefined): number | undefined {
  if (day === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  const ms = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== day ? undefined : ms;
}

/**
 * The start of a day, or an instant as `Date.toISOString` writes it (parts of a second may be left out), in epoch milliseconds;
 * `undefined` for anything else.
 */
export function dateStart(date: string | undefined): number | undefined {
  if (date === undefined || !INSTANT.test(date)) return dayStart(date);
  const ms = Date.parse(date);
  // A day that there is not, such as the 30th of February, is another one for `Date.parse`.
  return Number.isNaN(ms) || dayStart(date.slice(0, 10)) === undefined ? undefined : ms;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/;

/** When a call was made, in epoch milliseconds; now when that is not said, NaN for what is no date. */
export function instantOf(at: Date | string | undefined | null): number {
  if (at === undefined || at === null) return Date.now();
  return typeof at === "string" ? Date.parse(at) : Number(at);
}

/** Whole days from one instant to a later one, both in epoch milliseconds; 0 when it is not later. */
export function daysBetween(fromMs: number, toMs: number): number {
  return Math.max(0, Math.floor((toMs - fromMs) / MS_PER_DAY));
}
