/** Headers of which a LiteLLM proxy sends at least one with every answer. Source: docs.litellm.ai/docs/proxy/response_headers. */
const LITELLM = ["x-litellm-call-id", "x-litellm-version", "x-litellm-model-id", "x-litellm-response-cost"];

/** The proxy that an answer came through, where it is one that pays for it: its calls cost what it says, wherever it is. */
export function proxyOf(headers: Headers): "litellm" | undefined {
  return LITELLM.some((name) => headers.has(name)) ? "litellm" : undefined;
}
