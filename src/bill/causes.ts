import { counted } from "../base/counted.js";
import { toNumber } from "../base/money.js";
import { cachedAsInput, isCachedAsInput, isMoreCached, moreCached } from "./cached_cause.js";
import type { ComparedModel } from "./compare.js";
import { daysText, dollars, percent, sumOf, type Compared } from "./compared.js";
import { shortName } from "./model_names.js";
import { priceCause } from "./price_cause.js";

/** What may be behind a difference. */
export type CauseKind =
  | "price"
  | "cached"
  | "missing"
  | "unpriced"
  | "estimated"
  | "unattributed"
  | "not-billed"
  | "unknown";

/** What is likely behind the difference of a model, on which days. */
export interface Cause {
  kind: CauseKind;
  /** `null` for what the bill charges without naming a model. */
  model: string | null;
  days: string[];
  /** One or two sentences. */
  text: string;
}

/** One way to explain lines that do not fit: those that it holds for, and what is said of them. */
interface Explanation {
  kind: CauseKind;
  holds: (one: Compared) => boolean;
  text: (those: readonly Compared[], all: readonly Compared[]) => string;
}

/** What is certain, before it is asked whether a price has changed. */
const FIRST: readonly Explanation[] = [
  { kind: "missing", holds: ({ line }) => line.side === "theirs", text: onlyTheirs },
  { kind: "not-billed", holds: ({ line }) => line.side === "ours", text: onlyOurs },
  { kind: "unpriced", holds: ({ line }) => line.unpricedCalls > 0, text: unpriced },
  { kind: "missing", holds: hasMoreRequests, text: fewerRequests },
  { kind: "cached", holds: isCachedAsInput, text: cachedAsInput },
];

/** What is left after that. */
const LAST: readonly Explanation[] = [
  { kind: "estimated", holds: ({ line }) => line.estimatedCalls > 0, text: estimated },
  { kind: "missing", holds: (one) => isMore(one) && !hasAllRequests(one), text: missingShare },
  { kind: "cached", holds: isMoreCached, text: moreCached },
  {
    kind: "not-billed",
    holds: (one) => !isMore(one),
    text: (those) =>
      `the bill is less than ours ${daysText(those)}: calls of another account, or a discount that no row has.`,
  },
  {
    kind: "unknown",
    holds: () => true,
    text: (those) =>
      `the bill has no more requests than the ledger ${daysText(those)}, and is more: a tier or a price that no row has.`,
  },
];

/** The likely causes of what does not fit, of one model. */
export function causesOf(all: readonly Compared[]): Cause[] {
  const open = all.filter(({ line }) => !line.ok);
  const [first] = open;
  if (first === undefined) return [];
  const { model } = first.line;
  const daysOf = (those: readonly Compared[]) => those.map(({ line }) => line.day);
  if (model === null) return [{ kind: "unattributed", model, days: daysOf(open), text: unattributed(open) }];
  const causes: Cause[] = [];
  let rest = open;
  const explain = ({ kind, holds, text }: Explanation) => {
    const those = rest.filter(holds);
    if (those.length === 0) return;
    rest = rest.filter((one) => !those.includes(one));
    causes.push({ kind, model, days: daysOf(those), text: `${shortName(first.group.name)}: ${text(those, all)}` });
  };
  FIRST.forEach(explain);
  const price = priceCause(rest);
  if (price !== undefined)
    explain({
      kind: price.isOfCalls ? "missing" : "price",
      holds: (one) => price.those.includes(one),
      text: () => price.text,
    });
  LAST.forEach(explain);
  return causes;
}

function callsOf(those: readonly Compared[], of: (line: ComparedModel) => number): number {
  return those.reduce((sum, { line }) => sum + of(line), 0);
}

function unattributed(those: readonly Compared[]): string {
  const usd = dollars(sumOf(those, ({ bill }) => bill));
  return `The bill charges ${usd} ${daysText(those)} without naming a model; with it, all models of the day together differ.`;
}

function onlyTheirs(those: readonly Compared[], all: readonly Compared[]): string {
  const usd = sumOf(those, ({ bill }) => bill);
  const what = `the bill has ${dollars(usd)} ${daysText(those)}, and the ledger no call`;
  if (usd < 0) return `${what} of it: a credit.`;
  const isKnown = all.some(({ group }) => group.ours.calls > 0);
  return isKnown
    ? `${what}: a missing process, or one that kept no ledger on those days.`
    : `${what} of it at all: a missing process, or a model that the bill names in another way.`;
}

function onlyOurs(those: readonly Compared[]): string {
  const usd = dollars(sumOf(those, ({ ours }) => ours));
  return `the ledger has ${usd} ${daysText(those)}, and the bill no line: a bill that is not complete yet, another account, or another name.`;
}

function unpriced(those: readonly Compared[]): string {
  const calls = callsOf(those, ({ unpricedCalls }) => unpricedCalls);
  return `calls of ours without a known cost ${daysText(those)}: ${calls}. Ours is without them; \`reprice\` prices them by a newer table.`;
}

function hasMoreRequests({ group, line }: Compared): boolean {
  return (group.theirs.requests ?? 0) > line.calls;
}

function hasAllRequests({ group, line }: Compared): boolean {
  const { requests } = group.theirs;
  return requests !== undefined && requests <= line.calls;
}

function fewerRequests(those: readonly Compared[]): string {
  const [theirs, ours] = [
    callsOf(those, ({ billRequests }) => billRequests ?? 0),
    callsOf(those, ({ calls }) => calls),
  ];
  return `the bill has ${counted(theirs, "request")} ${daysText(those)}, and the ledger ${counted(ours, "call")}: a missing process.`;
}

function isMore({ amounts: { ours = 0n, bill = 0n } }: Compared): boolean {
  return bill > ours;
}

function estimated(those: readonly Compared[]): string {
  const calls = callsOf(those, ({ estimatedCalls }) => estimatedCalls);
  return `calls of ours that are estimates ${daysText(those)}: ${calls}. The bill is outside of what they can have cost.`;
}

function missingShare(those: readonly Compared[]): string {
  const shares = those.map(({ amounts: { ours = 0n, bill = 0n } }) => toNumber(ours) / toNumber(bill));
  const [least, most] = [Math.min(...shares), Math.max(...shares)].map(percent);
  const share = least === most ? least : `${least} to ${most}`;
  return `ours is ${share} of theirs ${daysText(those)}, at no one ratio: a missing process, whose calls are not in this ledger.`;
}
