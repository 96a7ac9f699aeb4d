import { PriceNotFoundError } from "../../base/errors.js";
import { costOfUsage, type Cost, type CostOptions, type CostQuery } from "../cost.js";
import { DEFAULT_PROVIDER } from "../look_up/providers.js";
import type { UsageLike } from "../usage_buckets.js";

/** Token counts as a user writes them. */
export interface TokenCounts {
  /** All input tokens, with the cached ones. */
  inputTokens: number;
  /** All output tokens, with those of reasoning. */
  outputTokens: number;
  /** @default 0 */
  cachedInputTokens?: number;
  /** @default 0 */
  reasoningTokens?: number;
}

/** A call to be priced before, or without, being made. */
export interface EstimateQuery
  extends TokenCounts, Omit<CostQuery, "provider" | "inputTokens" | "outputTokens">, CostOptions {
  /** @default "fireworks" */
  provider?: string;
  /** Throw `PriceNotFoundError` instead of answering that there is no price. @default false */
  strict?: boolean;
}

/**
 * What a call of this size costs.
 * @throws PriceNotFoundError with `strict`, when it cannot be priced.
 * @example estimateCost({ model: "accounts/fireworks/models/kimi-k3", inputTokens: 1000, outputTokens: 500 }).totalUsd; // "0.0105"
 */
export function estimateCost(query: EstimateQuery): Cost {
  const {
    provider = DEFAULT_PROVIDER,
    inputTokens,
    outputTokens,
    cachedInputTokens,
    reasoningTokens,
    strict,
    table,
    maxAgeDays,
    ...rest
  } = query;
  const usage = toUsage({ inputTokens, outputTokens, cachedInputTokens, reasoningTokens });
  const cost = costOfUsage(usage, { ...rest, provider }, { table, maxAgeDays });
  if (strict === true && cost.status === "unpriced") {
    throw new PriceNotFoundError(
      `The cost of \`${query.model}\` (${provider}) is not known: ${cost.reason}. Give a price with definePriceTable, or declare one.`,
      { model: query.model, provider },
    );
  }
  return cost;
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
