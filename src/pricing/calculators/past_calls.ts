import { tokenCount } from "../../base/counts.js";
import { tryParseUsd, type Usd } from "../../base/money.js";
import { canonicalProvider, ownName } from "../look_up/providers.js";

/** What is read of a call that was made; a ledger's entries have it. */
export interface PastCall {
  provider: string;
  modelRequested: string;
  outcome: string;
  /** What it used; absent where it used nothing, and where nobody knows. */
  usage?: { inputTokens: number; outputTokens: number } | undefined;
  /** In USD; `null` where it is not known. */
  cost: { usd: string | null };
}

/** Calls that were made: a list, such as a ledger's entries, or a ledger that has them in memory. */
export type History = Iterable<PastCall> | { readonly entries: Iterable<PastCall> };

/** What such calls came to, at their medians. */
export interface UsualCall {
  outputTokens: number;
  /** `undefined` where fewer than five of them had a price. */
  usd: Usd | undefined;
}

/** Fewer calls say nothing. */
const FEWEST = 5;
/** By what factor prompts may differ in length, and still be alike. */
const ALIKE = 2;

/**
 * What calls such as this one really came to: of the same model, with a prompt of half to twice the length; of any length where
 * fewer than five are. `undefined` where fewer than five calls of the model are known.
 */
export function usualCall(
  history: Iterable<PastCall>,
  call: { provider: string; model: string; inputTokens: number },
): UsualCall | undefined {
  const name = nameOf(call.provider, call.model);
  const ofModel: { inputTokens: number; outputTokens: number; usd: Usd | undefined }[] = [];
  for (const { provider, modelRequested, outcome, usage, cost } of history) {
    const inputTokens = tokenCount(usage?.inputTokens);
    const outputTokens = tokenCount(usage?.outputTokens);
    if (outcome !== "ok" || inputTokens === undefined || outputTokens === undefined) continue;
    if (nameOf(provider, modelRequested) === name)
      ofModel.push({ inputTokens, outputTokens, usd: tryParseUsd(cost.usd) });
  }
  const alike = ofModel.filter(
    ({ inputTokens: tokens }) => tokens * ALIKE >= call.inputTokens && tokens <= call.inputTokens * ALIKE,
  );
  const such = alike.length < FEWEST ? ofModel : alike;
  if (such.length < FEWEST) return undefined;
  const priced = such.flatMap(({ usd }) => (usd === undefined ? [] : [usd]));
  return {
    outputTokens: Number(median(such.map(({ outputTokens }) => BigInt(outputTokens)))),
    usd: priced.length < FEWEST ? undefined : median(priced),
  };
}

/** The calls of a history, which may be a ledger. */
export function callsOf(history: History): Iterable<PastCall> {
  return Symbol.iterator in history ? history : history.entries;
}

/** Some ids are written in several ways. */
function nameOf(provider: string, model: string): string {
  return `${canonicalProvider(provider)} ${ownName(model) ?? model}`;
}

/** The one in the middle; of two, the mean, rounded down. */
function median(amounts: readonly bigint[]): bigint {
  const sorted = [...amounts].sort((a, b) => (a < b ? -1 : Number(a > b)));
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0n;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0n;
  return (upper + lower) / 2n;
}
