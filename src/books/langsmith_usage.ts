import { fieldsOf } from "../base/json.js";
import { toNumber } from "../base/money.js";
import type { CostComponents } from "../pricing/components.js";
import type { Cost } from "../pricing/cost.js";
import { INPUT_UNITS, OUTPUT_UNITS, type TokenUnit } from "../pricing/units.js";
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
  if (cost?.totalPico === undefined) return ofLangChain(usage);
  const { components } = cost;
  if ((components.gpu ?? components.call) !== undefined)
    return { ...ofLangChain(usage), total_cost: toNumber(cost.totalPico) };
  return {
    input_cost: sum(components, INPUT_UNITS),
    output_cost: sum(components, OUTPUT_UNITS),
    total_cost: toNumber(cost.totalPico),
    input_cost_details: details(usage.input_token_details, components, INPUT_DETAILS),
    output_cost_details: details(usage.output_token_details, components, OUTPUT_DETAILS),
    ...ofLangChain(usage),
  };
}

/** LangSmith reads counts by LangChain's names; what else was billed shows in the costs. */
function ofLangChain({ units: _, ...usage }: UsageLike): UsageLike {
  return usage;
}

type Details = readonly (readonly [name: string, kinds: readonly TokenUnit[]])[];

/** Which parts of a cost belong to which of LangChain's details. */
const INPUT_DETAILS: Details = [
  ["cache_read", ["cachedInput", "cachedAudio", "cachedImage", "cachedVideo"]],
  ["cache_creation", ["cacheWrite", "cacheWrite1h"]],
  ["audio", ["inputAudio"]],
  ["image", ["inputImage"]],
  ["video", ["inputVideo"]],
];
const OUTPUT_DETAILS: Details = [
  ["reasoning", ["reasoning"]],
  ["audio", ["outputAudio"]],
  ["image", ["outputImage"]],
  ["video", ["outputVideo"]],
];

/** Whether usage already says what it cost, in LangSmith's field for that. */
export function hasCost(usage: unknown): boolean {
  return fieldsOf(usage).total_cost !== undefined;
}

function sum(components: CostComponents, kinds: readonly TokenUnit[]): number {
  let total = 0n;
  for (const kind of kinds) {
    const part = components[kind];
    if (part !== undefined) total += part.pico;
  }
  return total === 0n ? 0 : toNumber(total);
}

function details(tokens: object | undefined, components: CostComponents, parts: Details): Record<string, number> {
  const costs: Record<string, number> = {};
  if (tokens === undefined) return costs;
  for (const [name, kinds] of parts) if (name in tokens) costs[name] = sum(components, kinds);
  return costs;
}
