import { MODEL_PROVIDER_CONFIG } from "langchain/chat_models/universal";
import { ConfigurationError } from "../base/errors.js";
import { shown } from "../base/shown.js";

/** The names under which LangChain finds this package's models. */
const CLASSES = { fireworks: "ChatFireworks", openllm: "ChatOpenLLM", ollama: "ChatOllamaLite" } as const;

/** A provider of this package's. */
export type MeteredProvider = keyof typeof CLASSES;

const PROVIDERS = Object.keys(CLASSES) as MeteredProvider[]; // its own keys

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
  const known: Record<string, object | undefined> = MODEL_PROVIDER_CONFIG;
  for (const provider of providers) {
    if (Object.hasOwn(CLASSES, provider)) continue;
    throw new ConfigurationError(
      "providers",
      `\`${shown(provider)}\` is no provider of this package.`,
      `It has ${PROVIDERS.join(", ")}.`,
    );
  }
  const before = providers.map((provider) => [provider, known[provider]] as const);
  for (const provider of providers) known[provider] = { package: "langchain-metered", className: CLASSES[provider] };
  return () => {
    for (const [provider, config] of before) {
      if (config === undefined) delete known[provider];
      else known[provider] = config;
    }
  };
}
