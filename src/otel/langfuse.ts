import { tokenCount } from "../base/counts.js";
import { nonEmpty, type Json } from "../base/json.js";
import type { EntryUsage } from "../ledger/entry.js";
import { jsonOf, toSpanUsage, type SpanAttributes, type SpanFacts } from "./span_facts.js";

const METADATA = "langfuse.observation.metadata.";
const USAGE = "langfuse.observation.usage_details";

/**
 * Reads a generation of Langfuse. Its handler for LangChain copies a run's metadata, and all details of the usage; it takes each
 * of them off its whole. What others call a generation names no provider, and its usage may be in any form.
 */
export function readLangfuse(attributes: SpanAttributes): SpanFacts {
  const metadata = metadataOf(attributes);
  const provider = nonEmpty(metadata.ls_provider);
  const usage = jsonOf(attributes[USAGE]);
  return {
    provider,
    model: nonEmpty(attributes["langfuse.observation.model.name"]),
    metadata,
    usage: provider === undefined ? undefined : usageOf(usage),
    saysCacheRead: true,
    saysCacheWrite: true,
  };
}

/** Texts stand as they are, all else as JSON. */
function metadataOf(attributes: SpanAttributes): Json {
  const metadata: Json = {};
  for (const [name, value] of Object.entries(attributes))
    if (name.startsWith(METADATA)) metadata[name.slice(METADATA.length)] = value;
  return { ...metadata, metered: metadata.metered === undefined ? undefined : jsonOf(metadata.metered) };
}

/** The wholes again. They add up to the total, unless a part was not one of its whole. */
function usageOf(details: Readonly<Json>): SpanFacts["usage"] {
  const input = wholeOf(details, "input");
  const output = wholeOf(details, "output");
  if (details.total !== input + output) return undefined;
  return toSpanUsage({
    input,
    output,
    cacheRead: details.input_cache_read,
    cacheWrite: details.input_cache_creation,
    inputAudio: details.input_audio,
    reasoning: details.output_reasoning,
    outputAudio: details.output_audio,
  });
}

function wholeOf(details: Readonly<Json>, whole: "input" | "output"): number {
  const parts = Object.entries(details).filter(([name]) => name === whole || name.startsWith(`${whole}_`));
  return parts.reduce((sum, [, count]) => sum + (tokenCount(count) ?? 0), 0);
}

/**
 * The usage of a call's entry, for a generation that has none: Langfuse's handler reads none of runs that failed. Each part is taken
 * off its whole, as there.
 */
export function langfuseUsage(on: SpanAttributes, usage: EntryUsage | undefined): Record<string, string> {
  if (usage === undefined || on["langfuse.observation.type"] !== "generation" || on[USAGE] !== undefined) return {};
  const { inputTokens, outputTokens, cachedInputTokens = 0, cacheWriteTokens = 0, reasoningTokens = 0 } = usage;
  const details = {
    input: Math.max(0, inputTokens - cachedInputTokens - cacheWriteTokens),
    output: Math.max(0, outputTokens - reasoningTokens),
    total: inputTokens + outputTokens,
    ...(cachedInputTokens > 0 ? { input_cache_read: cachedInputTokens } : {}),
    ...(cacheWriteTokens > 0 ? { input_cache_creation: cacheWriteTokens } : {}),
    ...(reasoningTokens > 0 ? { output_reasoning: reasoningTokens } : {}),
  };
  return { [USAGE]: JSON.stringify(details) };
}
