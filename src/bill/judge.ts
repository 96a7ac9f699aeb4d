import type { Usd } from "../base/money.js";
import { isWithinTolerance, type Amounts, type Tolerance } from "./compare.js";
import type { Compared } from "./compared.js";
import { isDayBefore } from "./fields.js";

/**
 * Where the bill charges something on a day without naming a model, any model's calls may be in it: the day is judged as one. It
 * excuses no model of which the bill has more than the ledger.
 */
export function judgeByDay(all: readonly Compared[], tolerance: Tolerance): void {
  for (const { line } of all.filter((one) => one.line.model === null && !one.line.ok)) {
    const day = all.filter((one) => one.line.day === line.day);
    if (!isWithinTolerance(sumOf(day), tolerance)) continue;
    for (const one of day)
      if (one.line.model === null || isWithinTolerance({ ...one.amounts, low: 0n }, tolerance)) one.line.ok = true;
  }
}

/**
 * A call that began on one day and ended on the next may be on the bill of either. Days of a model with such calls between them fit
 * where their sum does, and each of them with or without those calls.
 * @param days - of one model, in their order
 * @returns how many such calls there are around days that do not fit by themselves
 */
export function judgeAcrossMidnight(days: readonly Compared[], tolerance: Tolerance): number {
  let calls = 0;
  for (const run of runsOf(days)) {
    const late = run.reduce((sum, { group }) => sum + group.ours.late.calls, 0);
    if (late === 0 || run.every(({ line }) => line.ok)) continue;
    calls += late;
    const canBe = run.every((one, at) => isWithinTolerance(withLate(one, run[at + 1]), tolerance));
    const isOfDollars = run.every(({ group }) => !group.theirs.isOfQuantities);
    if (canBe && isOfDollars && isWithinTolerance(sumOf(run), tolerance)) for (const { line } of run) line.ok = true;
  }
  return calls;
}

/** Days one after the other, with calls across each midnight between them. */
function runsOf(days: readonly Compared[]): Compared[][] {
  const runs: Compared[][] = [];
  for (const one of days) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    const isNext = before !== undefined && isDayBefore(before.line.day, one.line.day) && one.group.ours.late.calls > 0;
    if (run !== undefined && isNext) run.push(one);
    else runs.push([one]);
  }
  return runs;
}

/** A day's amounts, widened by the calls that may be on the bill of the day before, and by those of the next day. */
function withLate({ group, amounts }: Compared, next: Compared | undefined): Amounts {
  const more = next === undefined ? 0n : next.group.ours.late.high;
  return {
    ...amounts,
    low: amounts.low - group.ours.late.low,
    high: amounts.high === undefined || more === undefined ? undefined : amounts.high + more,
    billLow: group.theirs.lines === 0 ? 0n : amounts.billLow,
    billHigh: group.theirs.lines === 0 ? 0n : amounts.billHigh,
  };
}

/** The days of each model. */
export function byModel(all: readonly Compared[]): Map<string, Compared[]> {
  const models = new Map<string, Compared[]>();
  for (const one of all) {
    const those = models.get(one.group.key);
    if (those === undefined) models.set(one.group.key, [one]);
    else those.push(one);
  }
  return models;
}

/** What all of them come to. */
export function sumOf(all: readonly Compared[]): Amounts {
  const sum = (of: (amounts: Amounts) => Usd | undefined, those = all) =>
    those
      .map(({ amounts }) => of(amounts))
      .reduce((a, b) => (a === undefined || b === undefined ? undefined : a + b), 0n);
  const billed = all.filter(({ group }) => group.theirs.lines > 0);
  const priced = all.filter(({ amounts }) => amounts.ours !== undefined);
  return {
    ours: priced.length === 0 ? undefined : sum(({ ours }) => ours, priced),
    low: sum(({ low }) => low) ?? 0n,
    high: sum(({ high }) => high),
    bill: sum(({ bill }) => bill, billed),
    billLow: sum(({ billLow }) => billLow, billed),
    billHigh: sum(({ billHigh }) => billHigh, billed),
  };
}
