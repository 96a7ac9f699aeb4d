import { toNumber } from "../base/money.js";
import { daysText, isClose, percent, rowText, sumOf, type Compared } from "./compared.js";
import type { Charged } from "./day_model.js";

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

/** Whether the bill is ours with all cached tokens at the rate of input. */
export function isCachedAsInput(one: Compared): boolean {
  const { ours = 0n, bill = 0n } = one.amounts;
  const more = asInput(one);
  return more > 0 && !one.group.theirs.isOfQuantities && isClose(toNumber(bill), toNumber(ours) + more);
}

/** What is said of that. */
export function cachedAsInput(those: readonly Compared[]): string {
  const tokens = those.reduce((sum, { group }) => sum + group.ours.charged.cachedInput.tokens, 0n);
  return `they charge the ${tokens} cached tokens ${daysText(those)} as uncached input, ours at the cached rate of row ${rowText(those)}.`;
}

/** Whether the bill is ours with more of the input from a cache. */
export function isMoreCached(one: Compared): boolean {
  const { ours = 0n, bill = 0n } = one.amounts;
  return bill < ours && toNumber(bill) >= toNumber(ours) - asCached(one);
}

/** What is said of that. */
export function moreCached(those: readonly Compared[]): string {
  const less = sumOf(those, ({ ours }) => ours) - sumOf(those, ({ bill }) => bill);
  const most = those.reduce((sum, one) => sum + asCached(one), 0);
  return `the bill is less ${daysText(those)}, as it is where ${percent(less / most)} of the input that the ledger has as uncached came from a cache (row ${rowText(those)}).`;
}
