import { toNumber } from "../base/money.js";
import { daysText, isClose, percent, rowText, type Compared } from "./compared.js";
import type { Kind } from "./day_model.js";

/** A price that may have changed, or calls that are missing at one ratio. */
export interface PriceCause {
  those: Compared[];
  /** Whether it is more likely that calls are missing. */
  isOfCalls: boolean;
  text: string;
}

/** A rise of more than this in one step is a missing process sooner than a price. */
const LARGEST_RISE = 1.5;

/** What is charged, of which a ratio may be constant. */
interface Part {
  what: string;
  /** Theirs as a ratio of ours, if all of the difference is in this part; `undefined` where it cannot be. */
  ratio: (one: Compared) => number | undefined;
}

const PARTS: readonly Part[] = [
  { what: "rate", ratio: ({ amounts: { ours, bill } }) => ratioOf(ours, ours, bill) },
  partOf("output", "output rate"),
  partOf("input", "input rate"),
  partOf("cachedInput", "cached input rate"),
];

function partOf(kind: Kind, what: string): Part {
  return {
    what,
    ratio: ({ group, amounts: { ours, bill } }) => ratioOf(group.ours.charged[kind].usd, ours, bill),
  };
}

function ratioOf(part: bigint | undefined, ours: bigint | undefined, bill: bigint | undefined): number | undefined {
  if (part === undefined || ours === undefined || bill === undefined || part <= 0n) return undefined;
  const ratio = 1 + toNumber(bill - ours) / toNumber(part);
  return ratio > 0 ? ratio : undefined;
}

/** Whether one ratio is between both sides on these days of a model, in all or in one kind of tokens. Days are in their order. */
export function priceCause(days: readonly Compared[]): PriceCause | undefined {
  // Quantities are compared at our own prices.
  const open = days.filter(({ group }) => !group.theirs.isOfQuantities);
  for (const part of PARTS) {
    const found = constantRatio(part, open);
    if (found !== undefined) return toCause(part, found.ratio, found.those);
  }
  return undefined;
}

function constantRatio(
  { what, ratio }: Part,
  days: readonly Compared[],
): { ratio: number; those: Compared[] } | undefined {
  const known = days.flatMap((one) => {
    const value = ratio(one);
    return value === undefined ? [] : [{ one, value }];
  });
  const median = known.map(({ value }) => value).toSorted((a, b) => a - b)[known.length >> 1];
  if (median === undefined) return undefined;
  const those = known.filter(({ value }) => isClose(value, median)).map(({ one }) => one);
  // One day has one ratio in every part: it says something where it is a round one, of the whole.
  const isEnough =
    days.length === 1 ? what === "rate" && isRound(median) : those.length > 1 && those.length * 2 >= days.length;
  return isEnough ? { ratio: median, those } : undefined;
}

function isRound(ratio: number): boolean {
  return isClose(ratio, Math.round(ratio * 100) / 100);
}

function toCause({ what }: Part, ratio: number, those: Compared[]): PriceCause {
  const written = String(Number(ratio.toPrecision(4)));
  const since = those[0]?.line.day ?? "";
  const said = `their ${what} is ${written} of row ${rowText(those)} since ${since}`;
  const canBeCalls = what === "rate" && ratio > 1 && those.every(({ group }) => group.theirs.requests === undefined);
  const isOfCalls = canBeCalls && ratio > LARGEST_RISE;
  const share = percent(1 / ratio);
  if (isOfCalls)
    return { those, isOfCalls, text: `ours is ${share} of theirs ${daysText(those)}: a missing process; or ${said}.` };
  const or = canBeCalls ? ` (or a missing process: ours is ${share} of theirs)` : "";
  return { those, isOfCalls, text: `${said}, ${daysText(those)}: the price row has changed${or}.` };
}
