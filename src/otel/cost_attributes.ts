import { addUsd } from "../base/add_usd.js";
import type { EntryCost } from "../ledger/entry.js";
import { COUNTED_UNITS, INPUT_UNITS, OUTPUT_UNITS, type Unit } from "../pricing/units.js";
import type { SpanCost } from "./span_cost.js";
import type { SpanAttributes } from "./span_facts.js";

/** What is written onto a span. */
export type Written = Record<string, string | number | string[]>;

/** Names under which somebody may have written a cost already. */
const COST = /^(?:llm\.cost\.|gen_ai\.cost\.|gen_ai\.usage\.(?:cost|total_cost)(?:\.|$)|mlflow\.llm\.cost$)/;
const LANGFUSE_COST = "langfuse.observation.cost_details";

/** A part of a cost: what OpenInference calls it, what Langfuse does, and the kinds of tokens in it. No kind is in two parts. */
type Part = readonly [name: string, ofLangfuse: string, kinds: readonly Unit[]];

const INPUT_PARTS: readonly Part[] = withRest(["input", "input"], INPUT_UNITS, [
  ["cache_read", "input_cache_read", ["cachedInput", "cachedAudio", "cachedImage", "cachedVideo"]],
  ["cache_write", "input_cache_creation", ["cacheWrite", "cacheWrite1h"]],
  ["audio", "input_audio", ["inputAudio"]],
]);
const OUTPUT_PARTS: readonly Part[] = withRest(["output", "output"], OUTPUT_UNITS, [
  ["reasoning", "output_reasoning", ["reasoning"]],
  ["audio", "output_audio", ["outputAudio"]],
]);
/** Beside tokens; OpenInference has no name for it. */
const PIECES: readonly Part[] = COUNTED_UNITS.map((unit) => [unit, unit, [unit]]);

function withRest([name, ofLangfuse]: readonly [string, string], all: readonly Unit[], parts: readonly Part[]): Part[] {
  const named = new Set(parts.flatMap(([, , kinds]) => kinds));
  return [[name, ofLangfuse, all.filter((kind) => !named.has(kind))], ...parts];
}

/**
 * What a span says of its call's cost: numbers in USD, under the names that receivers read. A cost that stands on the span already
 * is somebody else's, and no other is put beside it.
 */
export function costAttributes(found: SpanCost, on: SpanAttributes, draftNames: boolean): Written {
  const { provider, cost, source } = found;
  const written: Written = {};
  if (on["llm.provider"] === undefined) written["llm.provider"] = provider;
  if (source !== undefined) written["langchain_metered.usage_source"] = source;
  if (Object.keys(on).some((name) => COST.test(name) || name === LANGFUSE_COST)) return written;
  Object.assign(written, evidenceOf(cost));
  if (cost.usd === null || cost.status === "unpriced") return written;
  return { ...written, ...boundsOf(cost, source), ...amountsOf(cost, cost.usd, draftNames) };
}

function evidenceOf({ status, row, reason, warnings }: EntryCost): Written {
  return {
    "langchain_metered.cost_status": status,
    ...(row === null ? {} : { "langchain_metered.price_row": row }),
    ...(status === "unpriced" ? { "langchain_metered.unpriced_reason": reason } : {}),
    ...(warnings.length === 0 ? {} : { "langchain_metered.cost_warnings": warnings }),
  };
}

/** Where the cost may have been another. Without the upper one nothing bounds it from above. */
function boundsOf({ usd, lowUsd, highUsd }: EntryCost, source: SpanCost["source"]): Written {
  if (source !== "estimated" && lowUsd === usd && highUsd === usd) return {};
  return {
    ...(lowUsd === null ? {} : { "langchain_metered.cost_low_usd": Number(lowUsd) }),
    ...(highUsd === null ? {} : { "langchain_metered.cost_high_usd": Number(highUsd) }),
  };
}

function amountsOf(cost: EntryCost, usd: string, draftNames: boolean): Written {
  const total = Number(usd);
  const written: Written = { "llm.cost.total": total, "gen_ai.usage.cost": total };
  const mlflow: Record<string, number> = {};
  const langfuse: Record<string, number> = {};
  // A machine's time, or what the answer said of the whole call, is not split by tokens.
  if ((cost.components.gpu ?? cost.components.call) === undefined) {
    const prompt = sumOf(cost, INPUT_UNITS) ?? 0;
    const completion = sumOf(cost, OUTPUT_UNITS) ?? 0;
    Object.assign(written, { "llm.cost.prompt": prompt, "llm.cost.completion": completion });
    Object.assign(mlflow, { input_cost: prompt, output_cost: completion });
    for (const [name, ofLangfuse, amount] of amounts(cost, INPUT_PARTS)) {
      written[`llm.cost.prompt_details.${name}`] = amount;
      langfuse[ofLangfuse] = amount;
    }
    for (const [name, ofLangfuse, amount] of amounts(cost, OUTPUT_PARTS)) {
      written[`llm.cost.completion_details.${name}`] = amount;
      langfuse[ofLangfuse] = amount;
    }
    for (const [, ofLangfuse, amount] of amounts(cost, PIECES)) langfuse[ofLangfuse] = amount;
  }
  written["mlflow.llm.cost"] = JSON.stringify({ ...mlflow, total_cost: total });
  written[LANGFUSE_COST] = JSON.stringify({ ...langfuse, total });
  return draftNames ? { ...written, ...draft(written, cost, total) } : written;
}

/** Names that no convention has accepted yet: a draft of OpenTelemetry's, and Sentry's, whose input and output have all details in them. */
function draft(written: Written, { basis }: EntryCost, total: number): Written {
  const names = {
    "gen_ai.cost.input_tokens": "llm.cost.prompt",
    "gen_ai.cost.output_tokens": "llm.cost.completion",
    "gen_ai.cost.total_tokens": "llm.cost.total",
    "gen_ai.cost.cache_read.input_tokens": "llm.cost.prompt_details.cache_read",
    "gen_ai.cost.cache_creation.input_tokens": "llm.cost.prompt_details.cache_write",
    "gen_ai.cost.reasoning.output_tokens": "llm.cost.completion_details.reasoning",
  };
  const ofSentry: Written = {};
  for (const [name, own] of Object.entries(names)) {
    const amount = written[own];
    if (amount !== undefined) ofSentry[name] = amount;
  }
  return {
    ...ofSentry,
    "gen_ai.usage.cost.amount": total,
    "gen_ai.usage.cost.currency": "USD",
    "gen_ai.usage.cost.source": basis === "server" ? "provider" : "local",
  };
}

/** The parts of which there was something. */
function amounts(cost: EntryCost, parts: readonly Part[]): [name: string, ofLangfuse: string, amount: number][] {
  return parts.flatMap(([name, ofLangfuse, kinds]): [string, string, number][] => {
    const amount = sumOf(cost, kinds);
    return amount === undefined ? [] : [[name, ofLangfuse, amount]];
  });
}

/** The double nearest to the exact sum; `undefined` where nothing was counted. */
function sumOf({ components }: EntryCost, kinds: readonly Unit[]): number | undefined {
  const counted = kinds.flatMap((kind) => {
    const part = components[kind];
    return part !== undefined && (part.tokens ?? part.count ?? 0) > 0 ? [part.usd] : [];
  });
  return counted.length === 0 ? undefined : Number(addUsd(...counted));
}
