import { MODEL_PROVIDER_CONFIG } from "langchain/chat_models/universal";
import { ConfigurationError } from "../base/errors.js";
import { shown } from "../base/shown.js";

/** The names under which LangChain finds this package's models. */
const CLASSES = { fireworks: "ChatFireworks", openllm: "ChatOpenLLM", ollama: "ChatOllamaLite" } as const;

/** A provider of this package's. */
export type MeteredProvider = keyof typeof CLASSES;

const PROVIDERS = Object.keys(CLASSES) as MeteredProvider[]; // its own keys

const KNOWN: Record<string, object | undefined> = MODEL_PROVIDER_CONFIG;

/** What LangChain knew by a name before, and how many have registered this package's model under it. */
const registered = new Map<MeteredProvider, { before: object | undefined; times: number }>();

/**
 * Lets LangChain make this package's models by name, in this process: `initChatModel(id, { modelProvider: "fireworks" })`, `"openllm"` or
 * `"ollama"`, and `"fireworks:..."` and `"ollama:..."` wherever a model is named by a text. In place of the packages that LangChain knows
 * by these names, which need not be installed.
 * @param providers @default all three
 * @returns what takes it back
 * @throws ConfigurationError for another name
 * @example
 * registerProviders();
 * const model = await initChatModel("accounts/fireworks/models/kimi-k3", { modelProvider: "fireworks" });
 */
export function registerProviders(providers: readonly MeteredProvider[] = PROVIDERS): () => void {
  checkProviders(providers);
  const taken = new Set(providers);
  for (const provider of taken) {
    const { before, times } = registered.get(provider) ?? { before: KNOWN[provider], times: 0 };
    registered.set(provider, { before, times: times + 1 });
    KNOWN[provider] = { package: "langchain-metered", className: CLASSES[provider] };
  }
  return () => {
    for (const provider of taken) takeBack(provider);
    taken.clear();
  };
}

/** @throws ConfigurationError */
function checkProviders(providers: readonly unknown[]): void {
  const names = PROVIDERS.join(", ");
  if (!Array.isArray(providers))
    throw new ConfigurationError("providers", `\`providers\` is \`${shown(providers)}\`.`, `Pass a list of ${names}.`);
  for (const provider of providers) {
    if (PROVIDERS.some((name) => name === provider)) continue;
    throw new ConfigurationError(
      "providers",
      `\`${shown(provider)}\` is no provider of this package.`,
      `It has ${names}.`,
    );
  }
}

/** The last one to take a provider back gives its name to whom LangChain knew by it. */
function takeBack(provider: MeteredProvider): void {
  const { before, times } = registered.get(provider) ?? { before: undefined, times: 0 };
  if (times > 1) registered.set(provider, { before, times: times - 1 });
  else {
    registered.delete(provider);
    if (before === undefined) delete KNOWN[provider];
    else KNOWN[provider] = before;
  }
}
