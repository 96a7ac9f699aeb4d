/** Providers as ledgers and price tables call them, and as OpenTelemetry's convention does where it has a name of its own. */
const NAMES: readonly (readonly [own: string, ofConvention: string])[] = [
  ["azure_openai", "azure.ai.openai"],
  ["amazon_bedrock", "aws.bedrock"],
  ["azure", "azure.ai.openai"],
  ["google_genai", "gcp.gemini"],
  ["google_vertexai", "gcp.vertex_ai"],
  ["mistralai", "mistral_ai"],
  ["moonshot", "moonshot_ai"],
  ["xai", "x_ai"],
];

/** What older versions of the convention called them. */
const OLDER_NAMES: typeof NAMES = [
  ["azure", "az.ai.openai"],
  ["google_genai", "gcp.gen_ai"],
];

/** The convention's name of a provider, by ours. */
export const CONVENTION_NAMES: ReadonlyMap<string, string> = new Map(NAMES);

/** Our name of a provider, by any that the convention has or had; of two of ours, the one that prices are listed by. */
export const OWN_NAMES: ReadonlyMap<string, string> = new Map(
  [...NAMES, ...OLDER_NAMES].map(([own, ofConvention]) => [ofConvention, own]),
);
