/** Ids in which a model's name stands behind an account: `accounts/<account>/models/<name>`. */
export interface AccountIds {
  /** The account of the provider's own models. Ids of other accounts are priced as what they are named after. */
  account: string;
  /** A model's name as the provider spells it. */
  spell(name: string): string;
  /** Names that have no price: what answers for them is billed. */
  billServed?: ReadonlySet<string>;
}

/** What a price look-up has to know of one provider. One that is not listed below needs nothing but its price rows. */
export interface ProviderRules {
  /** Other names that it goes by, in lower case. They are also written before its ids: `fireworks_ai/...`. */
  alsoCalled: readonly string[];
  /** Where its ids are of that form. Its models are then found by name too, and priced by size where no row names them. */
  ids?: AccountIds;
  /** Service tiers that cost what standard does, beside those that do everywhere. */
  standardTiers?: readonly string[];
  /** Where a batch job costs half: what is assumed of its cached input, and the day from which a warning holds. */
  halfInBatch?: { assumption: string; ended?: { from: string; warning: string } };
  /** Whether its models go by names that their users give them, so that the answer alone says which one it is. */
  hasDeployments?: boolean;
  /** Whether it is a server of the user's own, unless the host says otherwise. */
  isSelfHosted?: boolean;
}

/** The provider that `priceOf` and the calculators mean where none is named. */
export const DEFAULT_PROVIDER = "fireworks";

/** The providers that something is special about, by the name that tables have for them. */
export const PROVIDERS: ReadonlyMap<string, ProviderRules> = new Map<string, ProviderRules>([
  [
    "fireworks",
    {
      alsoCalled: ["fireworks-ai", "fireworks_ai", "fireworksai"],
      ids: {
        account: "fireworks",
        spell: spellAsFireworks,
        billServed: new Set(["auto", "auto-instant", "firerouter"]),
      },
      standardTiers: ["flex"],
      halfInBatch: {
        assumption:
          "batch halves the cached rate too: Fireworks' documents halve input and output and do not speak of cached input",
        ended: {
          from: "2026-11-15",
          warning:
            "Fireworks has paused Batch: new jobs are refused, since 2026-11-15 at the latest, when the upload of datasets ended; the price holds for jobs of before",
        },
      },
    },
  ],
  ["openllm", { alsoCalled: [], isSelfHosted: true }],
  ["ollama", { alsoCalled: [], isSelfHosted: true }],
  ["ollama-cloud", { alsoCalled: [] }],
  // Groq's names for what its price list lists: https://console.groq.com/docs/service-tiers
  ["groq", { alsoCalled: [], standardTiers: ["on_demand"] }],
  ["google_genai", { alsoCalled: ["google-genai", "google", "gemini"] }],
  ["google_vertexai", { alsoCalled: ["google-vertexai", "vertexai", "vertex_ai"] }],
  ["mistralai", { alsoCalled: ["mistral"] }],
  ["xai", { alsoCalled: ["x-ai"] }],
  ["amazon_bedrock", { alsoCalled: ["bedrock", "aws", "bedrock_converse", "bedrock-converse"] }],
  ["azure_openai", { alsoCalled: ["azure", "azure-openai"], hasDeployments: true }],
  ["together", { alsoCalled: ["togetherai", "together-ai", "together_ai"] }],
  ["moonshot", { alsoCalled: ["moonshotai"] }],
]);

const NAMES: ReadonlyMap<string, string> = new Map(
  [...PROVIDERS].flatMap(([name, { alsoCalled }]) => alsoCalled.map((other) => [other, name] as const)),
);

/** Whose models the built-in tables price, or a rule of their own. */
export const OWN_PROVIDERS: readonly string[] = ["fireworks", "openllm", "ollama", "ollama-cloud"];

/** A provider's name as tables spell it. */
export function canonicalProvider(provider: unknown): string {
  const name = String(provider).trim().toLowerCase();
  return NAMES.get(name) ?? name;
}

const WITH_ACCOUNTS = [...PROVIDERS].flatMap(([name, { alsoCalled, ids }]) =>
  ids === undefined ? [] : [{ name, names: [...alsoCalled, name], ids }],
);

/** The provider that an id belongs to by its form alone, whatever client it was called with. */
export function providerOfId(model: string): string | undefined {
  if (model.startsWith("accounts/")) return WITH_ACCOUNTS[0]?.name;
  return OF_BEDROCK.test(model) ? "amazon_bedrock" : undefined;
}

/** Anthropic's models as Bedrock names them, with or without a region, and the names of its resources. */
const OF_BEDROCK = /^(?:(?:[a-z-]{2,12}\.)?anthropic\.claude-|arn:aws[a-z-]*:bedrock:)/;

const PREFIX = new RegExp(`^(?:${WITH_ACCOUNTS.flatMap(({ names }) => names).join("|")})[/:]`);

/** An id, in lower case, without the provider's name that some clients write before it. */
export function withoutProvider(id: string): string {
  return id.replace(PREFIX, "");
}

const OWN_IDS = WITH_ACCOUNTS.map(
  ({ name, ids }) => new RegExp(`^(?:accounts/${ids.account}/(?:models|routers)/|${name}/)?([^/]+)$`),
);

/** The name in an id, in lower case, of a provider's own account, or of no account at all. */
export function ownName(id: string): string | undefined {
  for (const form of OWN_IDS) {
    const name = form.exec(id)?.[1];
    if (name !== undefined) return name;
  }
  return undefined;
}

/**
 * The name as Fireworks spells it, with `p` for `.` between digits and `-` for other separators: `kimi-k2.6` is its
 * `kimi-k2p6`, `gpt-oss:120b` its `gpt-oss-120b`, and `glm 5.2 (fast)`, as its bill has it, `glm-5p2-fast`.
 */
export function spellAsFireworks(name: string): string {
  if (!/[.:_ ]/.test(name)) return name;
  const words = name.replace(/ \(([a-z-]+)\)$/, "-$1");
  return words.replace(/(\d)\.(?=\d)/g, "$1p").replace(/[:_ ]/g, "-");
}
