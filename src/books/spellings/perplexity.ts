import { fieldsOf, nonEmpty } from "../../base/json.js";
import type { Evidence } from "./evidence.js";
import { sumOfCounts } from "./sum_of_counts.js";
import type { Fields, Reading } from "./spelled.js";

/**
 * What Perplexity's deep research counts beside the common counts, each at a price of its own: the reasoning, the tokens of what it
 * cites, and its searches. None of them is in `completion_tokens` or `total_tokens`.
 * https://docs.perplexity.ai/getting-started/pricing
 */
export function withDeepResearch(reading: Reading, raw: Fields, { model, metadata }: Evidence): Reading {
  const { usage } = reading;
  const { reasoning_tokens: reasoning, citation_tokens: citation, num_search_queries: webSearch } = raw;
  const isResearch = /deep-research/.test(`${model} ${nonEmpty(metadata.model_name) ?? ""}`);
  if (usage === undefined || !isResearch || (citation ?? webSearch) === undefined) return reading;
  return {
    ...reading,
    isBetter: true,
    usage: {
      ...usage,
      output_tokens: sumOfCounts(usage.output_tokens, reasoning, citation),
      total_tokens: undefined,
      output_token_details: { ...fieldsOf(usage.output_token_details), reasoning },
      units: { ...usage.units, citation, webSearch },
    },
  };
}
