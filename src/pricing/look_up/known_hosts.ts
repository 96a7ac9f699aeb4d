/** Who answers at a host, by the host's name or the end of it, under LangChain's name for them. */
const PROVIDER_OF_HOST: readonly (readonly [end: string, provider: string])[] = [
  ["api.openai.com", "openai"],
  ["openai.azure.com", "azure_openai"],
  ["cognitiveservices.azure.com", "azure_openai"],
  ["services.ai.azure.com", "azure_openai"],
  ["api.anthropic.com", "anthropic"],
  ["aiplatform.googleapis.com", "google_vertexai"],
  ["generativelanguage.googleapis.com", "google_genai"],
  ["api.groq.com", "groq"],
  ["api.together.xyz", "together"],
  ["api.together.ai", "together"],
  ["fireworks.ai", "fireworks"],
  ["openrouter.ai", "openrouter"],
  ["api.deepseek.com", "deepseek"],
  ["api.x.ai", "xai"],
  ["api.mistral.ai", "mistralai"],
  ["api.cerebras.ai", "cerebras"],
  ["api.perplexity.ai", "perplexity"],
  ["api.cohere.com", "cohere"],
  ["api.cohere.ai", "cohere"],
  ["api.moonshot.ai", "moonshot"],
  ["api.moonshot.cn", "moonshot"],
  ["api.z.ai", "zai"],
  ["open.bigmodel.cn", "zhipuai"],
  ["api.minimax.io", "minimax"],
  ["api.novita.ai", "novita"],
  ["inference.baseten.co", "baseten"],
  ["ollama.com", "ollama-cloud"],
];

/** Whose host it is, where that is known. */
export function providerOfHost(host: string): string | undefined {
  const name = host.toLowerCase();
  return PROVIDER_OF_HOST.find(([end]) => name === end || name.endsWith(`.${end}`))?.[1];
}
