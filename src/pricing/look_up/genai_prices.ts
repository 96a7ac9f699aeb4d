import { ConfigurationError } from "../../base/errors.js";
import { formatUsd, tryParseUsdOrNumber } from "../../base/money.js";
import { PROVIDERS } from "./providers.js";
import type { LookupQuery, PriceLookup, PriceTable, Rates } from "./schema.js";
import { BUILTIN_PRICES } from "../tables/builtin.js";

/** A price of `@pydantic/genai-prices`: USD per million tokens, or a base with dearer tiers for long prompts. */
export type GenaiPrice = number | { base: number; tiers: readonly { start: number; price: number }[] } | undefined;

/** The part of `@pydantic/genai-prices` that is used. Pass the module itself. */
export interface GenaiPrices {
  calcPrice(
    usage: Record<string, number | undefined>,
    modelId: string,
    options?: { providerId?: string; timestamp?: Date },
  ): { model: { id: string }; provider: { id: string }; model_price: Record<string, GenaiPrice> } | null;
}

/** Which models to price with that package, and what to ask after it. */
export interface FromGenaiPricesOptions {
  /** Providers to leave to the other tables. @default ["fireworks", "openllm", "ollama", "ollama-cloud"] */
  except?: readonly string[];
  /** @default the built-in prices */
  fallback?: PriceTable | null;
}

/** LangChain's provider names, by what genai-prices calls them. */
const PROVIDER_IDS: ReadonlyMap<string, string> = new Map([
  ["google_genai", "google"],
  ["google-genai", "google"],
  ["google_vertexai", "google"],
  ["google-vertexai", "google"],
  ["mistralai", "mistral"],
  ["xai", "x-ai"],
  ["amazon_bedrock", "aws"],
  ["bedrock", "aws"],
  ["azure_openai", "azure"],
]);

/**
 * A price table over `@pydantic/genai-prices`, for other providers' models. The package is not loaded here: pass it in.
 * Its data has no Fireworks tiers, priorities or batch prices, so Fireworks stays with the built-in table.
 * @throws ConfigurationError when it is not that package.
 */
export function fromGenaiPrices(genai: GenaiPrices, options: FromGenaiPricesOptions = {}): PriceTable {
  if (typeof genai?.calcPrice !== "function") {
    throw new ConfigurationError(
      "genai",
      "`fromGenaiPrices` was not given the package `@pydantic/genai-prices`: there is no `calcPrice` on it.",
      'Install it and pass `await import("@pydantic/genai-prices")`.',
    );
  }
  const { except = [...PROVIDERS.keys()], fallback = BUILTIN_PRICES } = options;
  const lookup: PriceLookup = (query) => (except.includes(query.provider) ? undefined : find(genai, query));
  return Object.freeze({
    name: "genai-prices",
    rows: [],
    aliases: [],
    tiers: [],
    sizeReading: "careful",
    fallback: fallback ?? undefined,
    origin: "builtin",
    lookup,
  } satisfies PriceTable);
}

function find(genai: GenaiPrices, { provider, model, at, inputTokens }: LookupQuery): ReturnType<PriceLookup> {
  // Without a provider it would take a bare name for whichever provider comes first.
  const providerId = PROVIDER_IDS.get(provider) ?? provider;
  const usage = { input_tokens: inputTokens ?? 0, output_tokens: 0 };
  const hit = genai.calcPrice(usage, model, { providerId, timestamp: at });
  if (hit === null || hit.provider.id !== providerId) return undefined;
  const standard = toRates(hit.model_price, inputTokens ?? 0);
  if (standard === undefined) return undefined;
  const row = {
    id: `genai-prices/${hit.provider.id}/${hit.model.id}`,
    provider,
    models: [model],
    standard,
    source: "@pydantic/genai-prices",
  };
  const hasTiers = Object.values(hit.model_price).some((price) => typeof price === "object");
  const assumption =
    hasTiers && inputTokens === undefined
      ? "long prompts cost more with this model; this is its base price"
      : undefined;
  return { row, assumption };
}

/** Rates for a prompt of a given length; `undefined` unless both input and output have a price. */
function toRates(prices: Record<string, GenaiPrice>, inputTokens: number): Rates | undefined {
  const input = rateAt(prices.input_mtok, inputTokens);
  const output = rateAt(prices.output_mtok, inputTokens);
  if (input === undefined || output === undefined) return undefined;
  const cachedInput = rateAt(prices.cache_read_mtok, inputTokens);
  const cacheWrite = rateAt(prices.cache_write_mtok, inputTokens);
  return { input, cachedInput, cacheWrite, output };
}

/** The last tier that starts below the prompt's length counts for the whole prompt. */
function rateAt(price: GenaiPrice, inputTokens: number): string | undefined {
  const passed = typeof price === "object" ? price.tiers.filter(({ start }) => inputTokens > start) : [];
  const value = typeof price === "object" ? (passed.at(-1)?.price ?? price.base) : price;
  const amount = tryParseUsdOrNumber(value);
  return amount === undefined ? undefined : formatUsd(amount);
}
