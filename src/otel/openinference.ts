import { tokenCount } from "../base/counts.js";
import { nonEmpty } from "../base/json.js";
import { firstOf, jsonOf, toSpanUsage, type SpanAttributes, type SpanFacts } from "./span_facts.js";

const PROMPT = "llm.token_count.prompt";
const COMPLETION = "llm.token_count.completion";

/**
 * Reads a span of OpenInference. The instrumentation of LangChain copies a run's metadata, and leaves out cached tokens of which
 * there are none, but never says what was written to a cache.
 * https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md
 */
export function readOpenInference(attributes: SpanAttributes): SpanFacts {
  const metadata = jsonOf(attributes.metadata);
  const ofLangChain = nonEmpty(metadata.ls_provider);
  const cacheRead = attributes[`${PROMPT}_details.cache_read`];
  const cacheWrite = attributes[`${PROMPT}_details.cache_write`];
  return {
    provider: ofLangChain ?? nonEmpty(attributes["llm.provider"]),
    model: nonEmpty(firstOf(attributes, ["llm.request.model_name", "llm.model_name", "llm.response.model_name"])),
    served: nonEmpty(attributes["llm.response.model_name"]),
    tier: nonEmpty(jsonOf(attributes["llm.invocation_parameters"]).service_tier),
    metadata,
    usage: toSpanUsage({
      input: attributes[PROMPT],
      output: attributes[COMPLETION],
      cacheRead,
      cacheWrite,
      inputAudio: attributes[`${PROMPT}_details.audio`],
      reasoning: attributes[`${COMPLETION}_details.reasoning`],
      outputAudio: attributes[`${COMPLETION}_details.audio`],
    }),
    saysCacheRead: ofLangChain !== undefined || tokenCount(cacheRead) !== undefined,
    saysCacheWrite: tokenCount(cacheWrite) !== undefined,
  };
}
