import { perToken, type ListedPrice } from "./listed_price.js";

/** The providers that LiteLLM has another name for. */
const NAMES: Readonly<Record<string, string>> = {
  fireworks: "fireworks_ai",
  "ollama-cloud": "ollama",
  google_genai: "gemini",
  google_vertexai: "vertex_ai",
  mistralai: "mistral",
  amazon_bedrock: "bedrock",
  azure_openai: "azure",
  together: "together_ai",
};

/** What LiteLLM calls each kind of model that is no chat model. */
const MODES: Partial<Record<ListedPrice["kind"], string>> = { embedding: "embedding", rerank: "rerank" };

/** Entries of LiteLLM's `model_prices_and_context_window.json`, by the names that its proxy calls models by. */
export function toLiteLLM(prices: readonly ListedPrice[]): Record<string, object> {
  return Object.fromEntries(prices.map(toEntry));
}

function toEntry({ model, provider, input, cachedInput, output, kind }: ListedPrice): [string, object] {
  const litellm_provider = NAMES[provider] ?? provider;
  const entry = {
    input_cost_per_token: perToken(input),
    output_cost_per_token: perToken(output),
    cache_read_input_token_cost: perToken(cachedInput),
    litellm_provider,
    mode: MODES[kind] ?? "chat",
  };
  return [`${litellm_provider}/${model}`, entry];
}
