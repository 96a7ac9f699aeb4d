import { isString } from "../../base/check_given.js";
import { checkOptions, type OptionChecks } from "../../base/check_options.js";
import { ConfigurationError } from "../../base/errors.js";
import { formatUsd, tryParseUsdOrNumber } from "../../base/money.js";
import { fieldsOf, itemsOf, nonEmpty } from "../../base/json.js";
import type { Unit } from "../units.js";
import { OWN_PROVIDERS } from "./providers.js";
import { isPriceTable } from "./schema.js";
import type { LookupQuery, PriceLookup, PriceTable, Rates } from "./schema.js";
import { BUILTIN_PRICES } from "../tables/builtin.js";

/** A price of `@pydantic/genai-prices`: USD per million tokens, or a base with dearer tiers for long prompts. */
export type GenaiPrice = number | { base: number; tiers: readonly { start: number; price: number }[] } | undefined;

/** A provider of `@pydantic/genai-prices`, as far as it is looked at. */
export interface GenaiProvider {
  id: string;
  /** Its models, with their prices. */
  models?: readonly { prices: unknown }[];
}

/** The part of `@pydantic/genai-prices` that is used. Pass the module itself. */
export interface GenaiPrices {
  calcPrice(
    usage: Record<string, number | undefined>,
    modelId: string,
    options?: { providerId?: string; timestamp?: Date },
  ): { model: { id: string }; provider: GenaiProvider; model_price: Record<string, GenaiPrice> } | null;
  findProvider?(options: { providerId?: string }): GenaiProvider | undefined;
}

/** Which models to price with that package, and what to ask after it. */
export interface FromGenaiPricesOptions {
  /** Providers to leave to the other tables. @default ["fireworks", "openllm", "ollama", "ollama-cloud"] */
  except?: readonly string[] | undefined;
  /** @default the built-in prices */
  fallback?: PriceTable | null | undefined;
  /** The day of the data, such as `"2026-09-23"`. @default the newest change of a price that it knows of */
  checkedOn?: string | undefined;
}

const CHECKS: OptionChecks<FromGenaiPricesOptions> = {
  except: [Array.isArray, 'Pass a list of providers, such as `["fireworks"]`.'],
  fallback: [(value) => value === null || isPriceTable(value), "Pass a price table, or `null` for none."],
  checkedOn: [isString, "Write it as 2026-09-01."],
};

/** Providers by what genai-prices calls them, where LangChain's name is another. */
const PROVIDER_IDS: ReadonlyMap<string, string> = new Map([
  ["google_genai", "google"],
  ["google_vertexai", "google"],
  ["mistralai", "mistral"],
  ["xai", "x-ai"],
  ["amazon_bedrock", "aws"],
  ["azure_openai", "azure"],
  ["moonshot", "moonshotai"],
]);

/** What is billed, by the key of its price. What two keys name alike is the same thing. */
const UNIT_OF_KEY: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ["input_mtok", "input"],
  ["output_mtok", "output"],
  ["cache_read_mtok", "cachedInput"],
  ["cache_write_mtok", "cacheWrite"],
  ["cache_write_5m_mtok", "cacheWrite"],
  ["cache_write_1h_mtok", "cacheWrite1h"],
  ["input_audio_mtok", "inputAudio"],
  ["cache_audio_read_mtok", "cachedAudio"],
  ["input_image_mtok", "inputImage"],
  ["cache_image_read_mtok", "cachedImage"],
  ["input_video_mtok", "inputVideo"],
  ["cache_video_read_mtok", "cachedVideo"],
  ["input_tool_mtok", "toolInput"],
  ["output_reasoning_mtok", "reasoning"],
  ["output_audio_mtok", "outputAudio"],
  ["output_image_mtok", "outputImage"],
  ["output_video_mtok", "outputVideo"],
  ["output_citation_mtok", "citation"],
  ["web_searches_kcount", "webSearch"],
  ["storage_searches_kcount", "storageSearch"],
  ["code_executions_kcount", "codeExecution"],
  ["social_searches_kcount", "socialSearch"],
  ["input_document_kpages", "documentPage"],
  ["input_annotated_document_kpages", "annotatedPage"],
  ["requests_kcount", "request"],
]);

/**
 * A price table over `@pydantic/genai-prices`, for other providers' models. The package is not loaded here: pass it in.
 * Its data has no service tiers and no batch prices. Fireworks stays with the built-in table, which has them.
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
  checkOptions("`fromGenaiPrices`", options, CHECKS);
  const { except = OWN_PROVIDERS, fallback = BUILTIN_PRICES, checkedOn } = options;
  const lookup: PriceLookup = (query) => (except.includes(query.provider) ? undefined : find(genai, query, checkedOn));
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

/** What Google's own APIs, and those in OpenAI's language, write before a model's name. */
const GOOGLE_PATH = /^(?:publishers\/google\/)?(?:models|google)\//;

function find(genai: GenaiPrices, query: LookupQuery, checkedOn: string | undefined): ReturnType<PriceLookup> {
  const { provider, model, at, inputTokens } = query;
  // Without a provider it would take a bare name for whichever provider comes first.
  const providerId = PROVIDER_IDS.get(provider) ?? provider;
  const usage = { input_tokens: inputTokens ?? 0, output_tokens: 0 };
  const id = providerId === "google" ? model.replace(GOOGLE_PATH, "") : model;
  const hit = genai.calcPrice(usage, id, { providerId, timestamp: at });
  if (hit === null || hit.provider.id !== providerId) return undefined;
  const standard = toRates(hit.model_price, inputTokens ?? 0);
  if (standard === undefined) return undefined;
  const row = {
    id: `genai-prices/${hit.provider.id}/${hit.model.id}`,
    provider,
    models: [model],
    standard,
    isComplete: true,
    source: "@pydantic/genai-prices",
    checkedOn: checkedOn ?? dateOf(genai, hit.provider),
  };
  return { row, assumption: assumptionOf(hit.model_price, inputTokens) };
}

function assumptionOf(prices: Record<string, GenaiPrice>, inputTokens: number | undefined): string | undefined {
  const unknown = Object.keys(prices).filter((key) => prices[key] !== undefined && !UNIT_OF_KEY.has(key));
  if (unknown.length > 0) return `not counted, though it has a price: ${unknown.join(", ")}`;
  const hasTiers = Object.values(prices).some((price) => typeof price === "object");
  return hasTiers && inputTokens === undefined
    ? "long prompts cost more with this model; this is its base price"
    : undefined;
}

/** Rates for a prompt of a given length; `undefined` unless both input and output have a price. */
function toRates(prices: Record<string, GenaiPrice>, inputTokens: number): Rates | undefined {
  const rates: Partial<Record<Unit, string>> = {};
  for (const [key, unit] of UNIT_OF_KEY) {
    const rate = rateAt(prices[key], inputTokens);
    if (rate !== undefined) rates[unit] = rate;
  }
  const { input, output } = rates;
  return input === undefined || output === undefined ? undefined : { ...rates, input, output };
}

/** The last tier that starts below the prompt's length counts for the whole prompt. */
function rateAt(price: GenaiPrice, inputTokens: number): string | undefined {
  const passed = typeof price === "object" ? price.tiers.filter(({ start }) => inputTokens > start) : [];
  const value = typeof price === "object" ? (passed.at(-1)?.price ?? price.base) : price;
  // Some were worked out in doubles, such as 0.18000000000000002, with more digits than an amount can have.
  const amount = tryParseUsdOrNumber(typeof value === "number" ? Number(value.toFixed(12)) : value);
  return amount === undefined ? undefined : formatUsd(amount);
}

const dates = new WeakMap<GenaiProvider, string | undefined>();

/** The package does not say of which day its data is, but it was made after the newest change of a price in it. */
function dateOf(genai: GenaiPrices, hit: GenaiProvider): string | undefined {
  const data = genai.findProvider?.({ providerId: "openai" }) ?? hit;
  if (!dates.has(data)) {
    const ids = ["openai", "anthropic", "google", "aws", "mistral", "deepseek", "x-ai", "groq", "openrouter", hit.id];
    const today = new Date().toISOString().slice(0, 10);
    const days = ids
      .flatMap((providerId) => genai.findProvider?.({ providerId })?.models ?? [])
      .flatMap(({ prices }) => itemsOf(prices))
      .map((price) => nonEmpty(fieldsOf(fieldsOf(price).constraint).start_date))
      .filter((day) => day !== undefined && day <= today);
    dates.set(
      data,
      days.reduce((newest, day) => ((day ?? "") > (newest ?? "") ? day : newest), undefined),
    );
  }
  return dates.get(data);
}
