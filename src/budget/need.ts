import type { CallFacts } from "../ledger/entry.js";
import type { CostOptions, CostQuery } from "../pricing/cost.js";
import { costAtMost, dearestPrice, type DearestPrice } from "../pricing/dearest.js";
import type { ProposedCall } from "../seam/gate.js";
import type { PotState } from "./store.js";
import type { Terms } from "./terms.js";
import { toNanos } from "./unit.js";

/** What a request may need of budgets at most, but for its output, which may still be limited. */
export interface Need {
  readonly inputTokens: number | undefined;
  /** The dearest, or why it is not known. */
  readonly price: DearestPrice | string;
  readonly n: number;
  /** Whether an earlier hold of the same call covers the request. */
  readonly isCovered: boolean;
  readonly isFirst: boolean;
}

/** What a request may need at most. Prompts are counted where a budget asks for that alone. */
export async function needOf(
  call: ProposedCall,
  facts: CallFacts,
  budgets: readonly Terms[],
  options: CostOptions,
): Promise<Need> {
  const isFirst = call.attempt === 0;
  const counted = budgets.filter(({ unit }) => unit !== "calls");
  const isCovered = !isFirst && !call.isExtra;
  if (counted.length === 0 || isCovered) return { inputTokens: 0, price: NOTHING, n: call.n, isCovered, isFirst };
  const isPriced = counted.some(({ unit }) => unit === "usd");
  const mayBeFree = facts.privateHost === true || facts.pricing === "free";
  const isFree = mayBeFree && isPriced && isFreeAt(priceOf(call, facts, undefined, options));
  if (isFree && !counted.some(({ unit }) => unit === "tokens"))
    return { inputTokens: 0, price: NOTHING, n: call.n, isCovered, isFirst };
  const by = counted.some(({ countExactly }) => countExactly === true) ? "server" : "estimate";
  const inputTokens = await call.maxInputTokens(by);
  // Long prompts have prices of their own.
  const price = isPriced ? priceOf(call, facts, inputTokens, options) : NOTHING;
  return { inputTokens, price, n: call.n, isCovered, isFirst };
}

function isFreeAt(price: DearestPrice | string): boolean {
  return typeof price !== "string" && price.input + price.output + price.request + price.call === 0n;
}

const NOTHING: DearestPrice = { input: 0n, output: 0n, request: 0n, call: 0n };

function priceOf(
  call: ProposedCall,
  facts: CallFacts,
  inputTokens: number | undefined,
  options: CostOptions,
): DearestPrice | string {
  const query: CostQuery = {
    provider: facts.provider,
    model: facts.modelRequested,
    at: new Date(),
    serviceTier: facts.tier,
    isPrivateHost: facts.privateHost,
    host: facts.host,
    clientOf: facts.clientOf,
    // Checked where it is used, which takes whatever the user wrote.
    declared: facts.pricing as CostQuery["declared"],
  };
  const seconds = call.timeoutMs === undefined ? undefined : call.timeoutMs / 1000;
  const size = { inputTokens, outputTokens: call.maxOutputTokens, seconds };
  return dearestPrice(query, size, options);
}

/** What a budget must hold for a request with that limit of output tokens; in words, why nothing bounds it. */
export function amountOf(terms: Terms, need: Need, outputTokens: number | undefined): number | string {
  const { inputTokens, price, n } = need;
  if (terms.unit === "calls") return need.isFirst || terms.per === "minute" ? 1 : 0;
  if (need.isCovered) return 0;
  const output = outputTokens === undefined ? undefined : outputTokens * n;
  if (terms.unit === "tokens") {
    if (inputTokens === undefined) return NO_LENGTH;
    return output === undefined ? NO_LIMIT : inputTokens + output;
  }
  if (typeof price === "string") return price;
  if (inputTokens === undefined && price.input > 0n) return NO_LENGTH;
  if (output === undefined && price.output > 0n) return NO_LIMIT;
  const ofCall = need.isFirst ? price.call : 0n;
  return toNanos(ofCall + costAtMost(price, inputTokens ?? 0, output ?? 0));
}

const NO_LENGTH = "only its server knows how long its prompt is, for it has a file, or a tool of the server's own";
const NO_LIMIT = "it has no limit of output tokens";

/** Whether what a budget must hold depends on the output. */
export function countsOutput({ unit, onExceed }: Terms, { price, isCovered }: Need): boolean {
  if (unit === "calls" || isCovered || onExceed === "warn") return false;
  return unit === "tokens" || (typeof price !== "string" && price.output > 0n);
}

/** How many output tokens fit into a part of what is left of a budget; below 0 where not even the prompt does. */
export function outputThatFits(terms: Terms, need: Need, { spent, held }: PotState, part = 1): number {
  const { inputTokens = 0, price, n } = need;
  const left = (terms.limit - spent - held) * part;
  if (terms.unit === "tokens") return Math.floor((left - inputTokens) / n);
  if (typeof price === "string") return -1;
  const ofRest = toNanos((need.isFirst ? price.call : 0n) + costAtMost(price, inputTokens, 0));
  // In floating point, and one token less: what is held in the end is reckoned exactly.
  const nanosPerToken = (Number(price.output) * n) / PICO_OF_MILLION_PER_NANO;
  return Math.floor((left - ofRest) / nanosPerToken) - 1;
}

/** A rate is in pico-dollars per million tokens. */
const PICO_OF_MILLION_PER_NANO = 1_000_000_000;
