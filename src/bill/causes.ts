import { toNumber, type Usd } from "../base/money.js";
import type { Amounts, ComparedModel } from "./compare.js";
import type { Charged, DayModel } from "./day_model.js";
import { shortName } from "./model_names.js";
import { priceCause } from "./price_cause.js";

/** A model on a day: its sums, and how they compare. */
export interface Compared {
  group: DayModel;
  amounts: Amounts;
  line: ComparedModel;
}

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

/** Figures are equal for this purpose when they differ by less than this part. */
export const CLOSE = 0.0005;

/** The likely causes of what does not fit, of one model. */
export function causesOf(all: readonly Compared[]): Cause[] {
  const open = all.filter(({ line }) => !line.ok);
  const [first] = open;
  if (first === undefined) return [];
  const name = shortName(first.group.name);
  const cause = (kind: CauseKind, those: readonly Compared[], text: string): Cause => ({
    kind,
    model: first.line.model,
    days: those.map(({ line }) => line.day),
    text,
  });
  if (first.line.model === null) return [cause("unattributed", open, unattributed(open))];
  const causes: Cause[] = [];
  let rest = open;
  /** Explains some of what is left; what is explained is left no more. */
  const explain = (kind: CauseKind, holds: (one: Compared) => boolean, text: (those: Compared[]) => string) => {
    const those = rest.filter(holds);
    if (those.length === 0) return;
    rest = rest.filter((one) => !those.includes(one));
    causes.push(cause(kind, those, `${name}: ${text(those)}`));
  };
  explain(
    "missing",
    ({ line }) => line.side === "theirs",
    (those) => onlyTheirs(those, all),
  );
  explain("not-billed", ({ line }) => line.side === "ours", onlyOurs);
  explain("unpriced", isUnpriced, unpriced);
  explain("missing", hasMoreRequests, fewerRequests);
  explain("cached", isCachedAsInput, cachedAsInput);
  const price = priceCause(rest);
  if (price !== undefined)
    explain(
      price.isOfCalls ? "missing" : "price",
      (one) => price.those.includes(one),
      () => price.text,
    );
  explain("estimated", ({ line }) => line.estimatedCalls > 0, estimated);
  explain("missing", (one) => isMore(one) && !hasAllRequests(one), missingShare);
  explain("cached", isMoreCached, moreCached);
  explain(
    "not-billed",
    (one) => !isMore(one),
    () => "the bill is less than ours: calls of another account, or a discount that no row has.",
  );
  explain(
    "unknown",
    () => true,
    () => "the bill has as many requests as the ledger and is more: a tier or a price that no row has.",
  );
  return causes;
}

/** Days as they are said: the first, and how many. */
export function daysText(those: readonly Compared[]): string {
  const days = those.map(({ line }) => line.day);
  if (days.length <= 3) return `on ${days.join(", ")}`;
  return `on ${days.length} days from ${days[0]} to ${days.at(-1)}`;
}

function dollars(amount: number): string {
  return `$${Number(amount.toPrecision(6))}`;
}

function sumOf(those: readonly Compared[], of: (amounts: Amounts) => Usd | undefined): number {
  return toNumber(those.reduce((sum, { amounts }) => sum + (of(amounts) ?? 0n), 0n));
}

function callsOf(those: readonly Compared[], of: (line: ComparedModel) => number): number {
  return those.reduce((sum, { line }) => sum + of(line), 0);
}

function unattributed(those: readonly Compared[]): string {
  const usd = dollars(sumOf(those, ({ bill }) => bill));
  return `The bill charges ${usd} ${daysText(those)} without naming a model; with it, all models of the day together differ.`;
}

function onlyTheirs(those: readonly Compared[], all: readonly Compared[]): string {
  const usd = dollars(sumOf(those, ({ bill }) => bill));
  const isKnown = all.some(({ group }) => group.ours.calls > 0);
  const what = `the bill has ${usd} ${daysText(those)}, and the ledger no call`;
  return isKnown
    ? `${what}: a missing process, or one that kept no ledger on those days.`
    : `${what} of it at all: a missing process, or a model that the bill names in another way.`;
}

function onlyOurs(those: readonly Compared[]): string {
  const usd = dollars(sumOf(those, ({ ours }) => ours));
  return `the ledger has ${usd} ${daysText(those)}, and the bill no line: a bill that is not complete yet, another account, or another name.`;
}

function isUnpriced({ line }: Compared): boolean {
  return line.unpricedCalls > 0;
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
  return `the bill has ${theirs} requests ${daysText(those)}, and the ledger ${ours} calls: a missing process.`;
}

function isMore({ amounts: { ours = 0n, bill = 0n } }: Compared): boolean {
  return bill > ours;
}

/** What our cached tokens would cost more if they were charged as input. */
function asInput({ group }: Compared): number {
  const { cachedInput } = group.ours.charged;
  const rate = group.rate("input");
  return rate === undefined ? 0 : perToken(rate) * Number(cachedInput.tokens) - toNumber(cachedInput.usd);
}

/** What our other input tokens would cost less if they came from a cache. */
function asCached({ group }: Compared): number {
  const { input } = group.ours.charged;
  const rate = group.rate("cachedInput");
  return rate === undefined ? 0 : toNumber(input.usd) - perToken(rate) * Number(input.tokens);
}

function perToken({ usd, tokens }: Charged): number {
  return toNumber(usd) / Number(tokens);
}

function isCachedAsInput(one: Compared): boolean {
  const { ours = 0n, bill = 0n } = one.amounts;
  const more = asInput(one);
  return more > 0 && !one.group.theirs.isOfQuantities && isClose(toNumber(bill), toNumber(ours) + more);
}

function cachedAsInput(those: readonly Compared[]): string {
  const tokens = those.reduce((sum, { group }) => sum + group.ours.charged.cachedInput.tokens, 0n);
  return `they charge the ${tokens} cached tokens ${daysText(those)} as uncached input, ours at the cached rate of row ${rowText(those)}.`;
}

function isMoreCached(one: Compared): boolean {
  const { ours = 0n, bill = 0n } = one.amounts;
  return bill < ours && toNumber(bill) >= toNumber(ours) - asCached(one);
}

function moreCached(those: readonly Compared[]): string {
  const less = sumOf(those, ({ ours }) => ours) - sumOf(those, ({ bill }) => bill);
  const most = those.reduce((sum, one) => sum + asCached(one), 0);
  return `the bill is less ${daysText(those)}, as it is where ${percent(less / most)} of the input that the ledger has as uncached came from a cache (row ${rowText(those)}).`;
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
