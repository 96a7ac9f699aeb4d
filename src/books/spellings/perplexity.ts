import { fieldsOf } from "../../base/json.js";
import type { Evidence } from "./evidence.js";
import { plus, type Fields, type Reading } from "./spelled.js";

/**
 * What Perplexity's deep research counts beside the common counts, each at a price of its own: the reasoning, the tokens of what it
 * cites, and its searches. None of them is in `completion_tokens` or `total_tokens`.
 * https://docs.perplexity.ai/getting-started/pricing
 */
export function withDeepResearch(reading: Reading, raw: Fields, { model, metadata }: Evidence): Reading {
  const { usage } = reading;
  const { reasoning_tokens: reasoning, citation_tokens: citation, num_search_queries: webSearch } = raw;
  const isResearch = /deep-research/.test(`${model} ${String(metadata.model_name)}`);
  if (usage === undefined || !isResearch || (citation ?? webSearch) === undefined) return reading;
  return {
    ...reading,
    isBetter: true,
    usage: {
      ...usage,
      output_tokens: [reasoning, citation].reduce(plus, usage.output_tokens),
      total_tokens: undefined,
      output_token_details: { ...fieldsOf(usage.output_token_details), reasoning },
      units: { ...usage.units, citation, webSearch },
    },
  };
}
