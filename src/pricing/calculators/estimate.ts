import { checkFields } from "../../base/check_given.js";
import { PriceNotFoundError } from "../../base/errors.js";
import { withJson } from "../../base/json_amounts.js";
import { formatUsd, type Usd } from "../../base/money.js";
import { costOfUsage, costWithoutJson, type Cost, type CostOptions, type CostQuery } from "../cost.js";
import { DEFAULT_PROVIDER } from "../look_up/providers.js";
import type { UsageLike } from "../usage_buckets.js";
import { callsOf, usualCall, type History } from "./past_calls.js";

/** Token counts as a user writes them. */
export interface TokenCounts {
  /** All input tokens, with the cached ones. */
  inputTokens: number;
  /** All output tokens, with those of reasoning. */
  outputTokens: number;
  /** @default 0 */
  cachedInputTokens?: number | undefined;
  /** @default 0 */
  reasoningTokens?: number | undefined;
}

/** A call to be priced before, or without, being made. */
export interface EstimateQuery
  extends TokenCounts, Omit<CostQuery, "provider" | "inputTokens" | "outputTokens">, CostOptions {
  /** @default "fireworks" */
  provider?: string | undefined;
  /** The most output tokens that the call allows, by which `mostUsd` is known. */
  maxOutputTokens?: number | undefined;
  /** Calls that were made, such as a ledger's entries: `expectedUsd` is then the median of what such calls really cost. */
  history?: History | undefined;
  /** Throw `PriceNotFoundError` instead of answering that there is no price. @default false */
  strict?: boolean | undefined;
}

/** What a call costs, and between which figures that may turn out. Decimal strings in USD; `undefined` is unknown, never zero. */
export interface CostEstimate extends Cost {
  /** With an answer of one token, and all of the prompt read from the cache. */
  leastUsd: string | undefined;
  /** What such calls really cost, where `history` has five or more of them; else `totalUsd`. */
  expectedUsd: string | undefined;
  /** With an answer of `maxOutputTokens`, and a prompt in which nothing was cached before. `undefined` without such a limit. */
  mostUsd: string | undefined;
}

/**
 * What a call of this size costs.
 * @throws PriceNotFoundError with `strict`, when it cannot be priced.
 * @example estimateCost({ model: "accounts/fireworks/models/kimi-k3", inputTokens: 1000, outputTokens: 500 }).totalUsd; // "0.0105"
 */
export function estimateCost(query: EstimateQuery): CostEstimate {
  checkFields("query", query, "Pass an object, such as `{ model, inputTokens: 1000, outputTokens: 500 }`.");
  const { provider = DEFAULT_PROVIDER, strict, table, maxAgeDays, history, maxOutputTokens, ...rest } = query;
  const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens, ...facts } = rest;
  const full = { ...facts, provider };
  const options = { table, maxAgeDays };
  const cost = costOfUsage(toUsage({ inputTokens, outputTokens, cachedInputTokens, reasoningTokens }), full, options);
  if (strict === true && cost.status === "unpriced") {
    throw new PriceNotFoundError(
      `The cost of \`${query.model}\` (${provider}) is not known: ${cost.reason}. Give a price with definePriceTable, or declare one.`,
      { model: query.model, provider },
    );
  }
  const usual = history && usualCall(callsOf(history), { provider, model: query.model, inputTokens });
  const expected = usual?.usd ?? cost.totalPico;
  // Embeddings have no answer.
  const shortest = Math.min(1, outputTokens);
  const amounts = (output: number) => [
    cost.totalPico,
    ...casesOf(inputTokens, output).map((usage) => costWithoutJson(usage, full, options).totalPico),
  ];
  const isBounded = maxOutputTokens !== undefined && !cost.isLowerBound;
  const least = extreme(amounts(shortest), -1);
  const most = isBounded ? extreme(amounts(maxOutputTokens), 1) : undefined;
  // What such calls cost says no more than the limits of this one.
  const within = most === undefined || expected === undefined || expected < most ? expected : most;
  return withJson({ ...cost, leastUsd: text(least), expectedUsd: text(within), mostUsd: text(most) });
}

/** What may become of a prompt and an answer of so many tokens: nothing was cached, all was, all is written to the cache; all is reasoning. */
function casesOf(input: number, output: number): UsageLike[] {
  const counts = { input_tokens: input, output_tokens: output };
  return [{}, { cache_read: input }, { cache_creation: input }].flatMap((input_token_details) =>
    [0, output].map((reasoning) => ({ ...counts, input_token_details, output_token_details: { reasoning } })),
  );
}

/** The least of some amounts (-1), or the most (1); unknown where one of them is. */
function extreme(amounts: readonly (Usd | undefined)[], sign: 1 | -1): Usd | undefined {
  return amounts.reduce((a, b) => (a === undefined || b === undefined ? undefined : sign * Number(a - b) < 0 ? b : a));
}

function text(amount: Usd | undefined): string | undefined {
  return amount === undefined ? undefined : formatUsd(amount);
}

/** The same counts as LangChain has them. */
export function toUsage({
  inputTokens,
  outputTokens,
  cachedInputTokens = 0,
  reasoningTokens = 0,
}: TokenCounts): UsageLike {
  return {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    input_token_details: { cache_read: cachedInputTokens },
    output_token_details: { reasoning: reasoningTokens },
  };
}
