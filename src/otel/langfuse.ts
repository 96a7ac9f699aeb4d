import { tokenCount } from "../base/counts.js";
import { nonEmpty, type Json } from "../base/json.js";
import { jsonOf, toSpanUsage, type SpanAttributes, type SpanFacts } from "./span_facts.js";

const METADATA = "langfuse.observation.metadata.";

/**
 * Reads a generation of Langfuse. Its handler for LangChain copies a run's metadata, and all details of the usage; it takes each
 * of them off its whole. What others call a generation names no provider, and its usage may be in any form.
 */
export function readLangfuse(attributes: SpanAttributes): SpanFacts {
  const metadata = metadataOf(attributes);
  const provider = nonEmpty(metadata.ls_provider);
  const usage = jsonOf(attributes["langfuse.observation.usage_details"]);
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
