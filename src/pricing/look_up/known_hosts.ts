/** Who answers at a host, by the host's name or the end of it, under LangChain's name for them. */
const PROVIDER_OF_HOST: readonly (readonly [end: string, provider: string])[] = [
  ["api.openai.com", "openai"],
  ["openai.azure.com", "azure"],
  ["cognitiveservices.azure.com", "azure"],
  ["services.ai.azure.com", "azure"],
  ["azure-api.net", "azure"],
  ["api.anthropic.com", "anthropic"],
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
  ["api.minimaxi.com", "minimax"],
  ["api.novita.ai", "novita"],
  ["inference.baseten.co", "baseten"],
  ["oai.endpoints.kepler.ai.cloud.ovh.net", "ovhcloud"],
  ["api.doubleword.ai", "doubleword"],
  ["api.arcee.ai", "arcee"],
  ["api.avian.io", "avian"],
  ["api.deepinfra.com", "deepinfra"],
  ["api.sambanova.ai", "sambanova"],
  ["ollama.com", "ollama-cloud"],
  ["api.githubcopilot.com", "github-copilot"],
  // A proxy that hands calls on to the provider, who bills them.
  ["oai.helicone.ai", "openai"],
  ["anthropic.helicone.ai", "anthropic"],
];

/** The same for hosts that have a region in their names. */
const PROVIDER_OF_REGIONAL_HOST: readonly (readonly [name: RegExp, provider: string])[] = [
  [/^(?:[a-z0-9-]+-)?aiplatform(?:\.[a-z]+\.rep)?\.googleapis\.com$/, "google_vertexai"],
  [/^bedrock-runtime(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com|api\.aws)$/, "amazon_bedrock"],
  [/^bedrock-mantle\.[a-z0-9-]+\.api\.aws$/, "amazon_bedrock"],
];

/** Whose host it is, where that is known. */
export function providerOfHost(host: string): string | undefined {
  const name = host.toLowerCase();
  const known = PROVIDER_OF_HOST.find(([end]) => name === end || name.endsWith(`.${end}`));
  return (known ?? PROVIDER_OF_REGIONAL_HOST.find(([form]) => form.test(name)))?.[1];
}
