import { tryParseUsd, type Usd } from "../base/money.js";

/** What an answer says that its call was billed at. Amounts are decimal strings in USD. */
export interface ServerCost {
  /** `null`: a proxy served, and did not say what of it was billed. */
  usd: string | null;
  /** What another provider bills beside that, where the caller's own key there was used. */
  upstreamUsd?: string;
  /** Why more was billed than that. */
  atLeast?: string;
  /**
   * Whether it is the bill: its provider is known by the model's class or by the host. A figure that anybody may have written
   * is believed where it makes the call dearer, or where nothing else is known.
   */
  isTrusted: boolean;
}

/** The amounts of a server's figure; `undefined` where it said nothing, or nothing that is an amount. */
export function amountsOf({ usd, upstreamUsd }: ServerCost): { call: Usd; upstream: Usd | undefined } | undefined {
  const call = tryParseUsd(usd);
  return call === undefined ? undefined : { call, upstream: tryParseUsd(upstreamUsd) };
}

const BILLS_IN_ANSWERS: ReadonlySet<string> = new Set(["openrouter", "xai", "perplexity"]);

/** Whether a provider's answers say what they are billed at, so that its own figure is the bill. */
export function billsInAnswers(provider: string): boolean {
  return BILLS_IN_ANSWERS.has(provider);
}
