import { perToken, type ListedPrice } from "./listed_price.js";

/** Where LangSmith looks for a model's name: the places that it supposes by itself. */
const MATCH_PATH = ["model", "model_name", "model_id", "model_path", "endpoint_name"];

/** What LangSmith's `POST /api/v1/model-price-map` takes: USD per token, and what cached tokens cost, which are a part of the prompt. */
export function toLangSmith({ model, provider, pattern, input, cachedInput, output, from }: ListedPrice): object {
  return {
    name: model,
    provider,
    match_path: MATCH_PATH,
    match_pattern: pattern,
    prompt_cost: perToken(input),
    completion_cost: perToken(output),
    prompt_cost_details: { cache_read: perToken(cachedInput) },
    completion_cost_details: { reasoning: perToken(output) },
    ...(from === undefined ? {} : { start_time: `${from}T00:00:00Z` }),
  };
}
