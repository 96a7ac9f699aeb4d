import { checkFields, checkGiven, hasFields } from "../../base/check_given.js";
import { costOfUsage, type Cost, type CostOptions, type CostQuery } from "../cost.js";
import { DEFAULT_PROVIDER } from "../look_up/providers.js";
import { toUsage, type TokenCounts } from "./estimate.js";
import type { UsageLike } from "../usage_buckets.js";

/** A model in a comparison: its id, or all that its price depends on. */
export type ComparedModel =
  | string
  | (Omit<CostQuery, "provider"> & {
      /** Who serves it. @default that of the options */
      provider?: string | undefined;
    });

/** What one of the models would have cost. */
export interface ModelComparison {
  model: string;
  provider: string;
  cost: Cost;
}

/** What is common to all models of a comparison. */
export interface CompareOptions extends CostOptions {
  /** @default "fireworks" */
  provider?: string | undefined;
  /** The day whose prices count; a text is read as `Date` reads it. @default now */
  at?: Date | string | undefined;
}

/**
 * What the same usage costs with each model, cheapest first; models without a price come last, in the order given. Usage
 * is a message's `usage_metadata`, or counts as `estimateCost` takes them.
 * @throws ConfigurationError for models that are no list, and usage that is none
 */
export function compareModels(
  usage: UsageLike | TokenCounts,
  models: readonly ComparedModel[],
  options: CompareOptions = {},
): ModelComparison[] {
  checkFields("usage", usage, "Pass the `usage_metadata` of a message, or `{ inputTokens, outputTokens }`.");
  checkGiven("models", models, Array.isArray, "Pass a list of model ids.");
  for (const [position, model] of models.entries())
    checkGiven(`models[${position}]`, model, isModel, "Pass a model's id, or `{ model, provider }`.");
  const { provider = DEFAULT_PROVIDER, at, ...costOptions } = options;
  const counts = "inputTokens" in usage ? toUsage(usage) : usage;
  const compared = models.map((entry) => {
    const query = { provider, at, ...(typeof entry === "string" ? { model: entry } : entry) };
    const full = { ...query, provider: query.provider ?? provider };
    return { model: full.model, provider: full.provider, cost: costOfUsage(counts, full, costOptions) };
  });
  return compared.sort((a, b) => order(a.cost.totalPico, b.cost.totalPico));
}

function isModel(value: unknown): boolean {
  return typeof value === "string" || (hasFields(value) && typeof value.model === "string");
}

function order(a: bigint | undefined, b: bigint | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return a < b ? -1 : Number(a > b);
}
