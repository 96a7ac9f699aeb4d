import { tryParseUsd, type Usd } from "../base/money.js";
import { orNull } from "./amount.js";
import type { DayModel, Range } from "./day_model.js";

/** A model on a day, as ledger and bill have it. Amounts are decimal strings in USD; `null` is unknown, never zero. */
export interface ComparedModel {
  day: string;
  /** As the bill writes it, or else the ledger; `null` for what the bill charges without naming a model. */
  model: string | null;
  /** Who has it. */
  side: "both" | "ours" | "theirs";
  /** Calls in the ledger that can have been billed. */
  calls: number;
  oursUsd: string | null;
  lowUsd: string | null;
  /** `null` where nothing bounds an estimate, so that there is no upper limit. */
  highUsd: string | null;
  /** On a bill of quantities, what they cost at our prices with as many cached tokens as the ledger has. */
  billUsd: string | null;
  /** On a bill of quantities, what they cost where all input was cached, and where none was. */
  billLowUsd?: string | null;
  /** The same, where none was. */
  billHighUsd?: string | null;
  /** The bill's less ours. */
  differenceUsd: string | null;
  inputTokens: number;
  outputTokens: number;
  /** What the bill counted, where it counts tokens. */
  billInputTokens?: number;
  /** The same of output tokens. */
  billOutputTokens?: number;
  /** What the bill counted, where it counts requests. */
  billRequests?: number;
  /** Calls whose answer's id is on one side only, on a bill that has ids. */
  callsOnlyOurs: number;
  callsOnlyTheirs: number;
  unpricedCalls: number;
  estimatedCalls: number;
  /** The price row of most of our dollars. */
  row: string | null;
  ok: boolean;
}

/** The amounts of both sides; unknown ones are `undefined`. */
export interface Amounts {
  ours: Usd | undefined;
  low: Usd;
  high: Usd | undefined;
  bill: Usd | undefined;
  billLow: Usd | undefined;
  billHigh: Usd | undefined;
}

/** A part of the whole in billionths. */
export type Tolerance = bigint;

/** The whole, of which a tolerance is a part. */
export const WHOLE: Tolerance = 1_000_000_000n;

/** What both sides come to. */
export function amountsOf(group: DayModel): Amounts {
  const { ours, theirs } = group;
  const { costUsd, lowUsd, highUsd, unboundedCalls, cachedInputTokens } = ours.tally.totals();
  const known = { ours: tryParseUsd(costUsd), low: tryParseUsd(lowUsd) ?? 0n };
  const high = unboundedCalls > 0 ? undefined : (tryParseUsd(highUsd) ?? 0n);
  if (!theirs.isOfQuantities) return { ...known, high, bill: theirs.usd, billLow: theirs.usd, billHigh: theirs.usd };
  return {
    ...known,
    high,
    bill: group.priceOfQuantities(cachedInputTokens),
    billLow: group.priceOfQuantities(theirs.inputTokens ?? 0),
    billHigh: group.priceOfQuantities(0),
  };
}

/** Compares both sides of a model on a day. */
export function compare(group: DayModel, amounts: Amounts, tolerance: Tolerance): ComparedModel {
  const { ours, theirs, day, key, name } = group;
  const totals = ours.tally.totals();
  const { bill } = amounts;
  const isUnknown = ours.calls > 0 && amounts.ours === undefined;
  const own = isUnknown ? undefined : (amounts.ours ?? 0n);
  return {
    day,
    model: key === "" ? null : name,
    side: sideOf(group),
    calls: ours.calls,
    oursUsd: orNull(own),
    lowUsd: isUnknown ? null : orNull(amounts.low),
    highUsd: isUnknown ? null : orNull(amounts.high),
    billUsd: orNull(theirs.lines === 0 ? 0n : bill),
    ...(theirs.isOfQuantities ? { billLowUsd: orNull(amounts.billLow), billHighUsd: orNull(amounts.billHigh) } : {}),
    differenceUsd: orNull(differenceOf(own, theirs.lines === 0 ? 0n : bill)),
    inputTokens: totals.inputTokens,
    outputTokens: totals.outputTokens,
    ...(theirs.inputTokens === undefined ? {} : { billInputTokens: theirs.inputTokens }),
    ...(theirs.outputTokens === undefined ? {} : { billOutputTokens: theirs.outputTokens }),
    ...(theirs.requests === undefined ? {} : { billRequests: theirs.requests }),
    callsOnlyOurs: ours.notOnBill,
    callsOnlyTheirs: theirs.notInLedger,
    unpricedCalls: totals.unpricedCalls,
    estimatedCalls: totals.estimatedCalls,
    row: ours.row ?? null,
    ok: sideOf(group) === "both" ? fits(group, amounts, tolerance) : !stands(group, amounts),
  };
}

/** The bill's amount less ours. */
export function differenceOf(ours: Usd | undefined, bill: Usd | undefined): Usd | undefined {
  return ours === undefined || bill === undefined ? undefined : bill - ours;
}

function sideOf({ ours, theirs }: DayModel): ComparedModel["side"] {
  if (theirs.lines === 0) return "ours";
  return ours.calls === 0 ? "theirs" : "both";
}

/** Whether the only side that has a model on a day says that it was charged for: what is free need not be on a bill. */
function stands({ ours, theirs }: DayModel, { ours: own, bill }: Amounts): boolean {
  if (theirs.lines > 0) return theirs.isOfQuantities || bill !== 0n;
  const { unpricedCalls, totalTokens } = ours.tally.totals();
  return (own ?? 0n) > 0n || (unpricedCalls > 0 && totalTokens > 0);
}

function fits(group: DayModel, amounts: Amounts, tolerance: Tolerance): boolean {
  const { ours, theirs } = group;
  const isWithin = isWithinTolerance(amounts, tolerance);
  if (!theirs.isOfQuantities) return isWithin;
  const counts: [Range, number][] = [
    [ours.input, theirs.inputTokens ?? 0],
    [ours.output, theirs.outputTokens ?? 0],
  ];
  return isWithin && counts.every(([{ low, high }, count]) => isBetween(BigInt(low), high, BigInt(count), tolerance));
}

/** Whether the bill is between low and high, or outside by no more than the tolerance. What is unknown is not outside. */
export function isWithinTolerance({ low, high, billLow, billHigh }: Amounts, tolerance: Tolerance): boolean {
  if (billLow === undefined || billHigh === undefined) return true;
  return (
    billHigh * WHOLE >= low * (WHOLE - tolerance) &&
    (high === undefined || billLow * WHOLE <= high * (WHOLE + tolerance))
  );
}

function isBetween(low: bigint, high: number | undefined, count: bigint, tolerance: Tolerance): boolean {
  const highest = high === undefined ? undefined : BigInt(high);
  return isWithinTolerance(
    { ours: undefined, low, high: highest, bill: count, billLow: count, billHigh: count },
    tolerance,
  );
}
