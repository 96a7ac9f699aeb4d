import { fieldsOf } from "../base/json.js";
import { toNumber } from "../base/money.js";
import type { CostComponents } from "../pricing/components.js";
import type { Cost } from "../pricing/cost.js";
import type { UsageLike } from "../pricing/usage_buckets.js";

/**
 * Usage with costs as LangSmith reads them: numbers in USD, details under the names of the token details.
 * https://docs.langchain.com/langsmith/cost-tracking
 */
export interface LangSmithUsage extends UsageLike {
  input_cost?: number;
  output_cost?: number;
  total_cost?: number;
  input_cost_details?: Record<string, number>;
  output_cost_details?: Record<string, number>;
}

/** Adds a call's cost to its usage. Without a price there are no costs: LangSmith then looks into its own list. */
export function toLangSmithUsage(usage: UsageLike, cost: Cost | undefined): LangSmithUsage {
  if (cost?.totalPico === undefined) return { ...usage };
  const { components } = cost;
  if ((components.gpu ?? components.call) !== undefined) return { ...usage, total_cost: toNumber(cost.totalPico) };
  const { input, cachedInput, cacheWrite, output, reasoning } = components;
  return {
    input_cost: sum(input, cachedInput, cacheWrite),
    output_cost: sum(output, reasoning),
    total_cost: toNumber(cost.totalPico),
    input_cost_details: details(usage.input_token_details, { cache_read: cachedInput, cache_creation: cacheWrite }),
    output_cost_details: details(usage.output_token_details, { reasoning }),
    ...usage,
  };
}

/** Whether usage already says what it cost, in LangSmith's field for that. */
export function hasCost(usage: unknown): boolean {
  return fieldsOf(usage).total_cost !== undefined;
}

type Part = CostComponents["input"];

function sum(...parts: Part[]): number {
  return toNumber(parts.reduce((total, part) => total + (part?.pico ?? 0n), 0n));
}

function details(tokens: object | undefined, parts: Record<string, Part>): Record<string, number> {
  const costs: Record<string, number> = {};
  for (const [name, part] of Object.entries(parts)) {
    if (tokens !== undefined && name in tokens) costs[name] = toNumber(part?.pico ?? 0n);
  }
  return costs;
}
