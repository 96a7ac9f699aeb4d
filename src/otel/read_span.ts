import { readGenAi } from "./gen_ai.js";
import { readLangfuse } from "./langfuse.js";
import { readOpenInference } from "./openinference.js";
import type { SpanAttributes, SpanFacts } from "./span_facts.js";

/** What a span says of a model's call; `undefined` for spans of anything else. */
export function readSpan(attributes: SpanAttributes): SpanFacts | undefined {
  const kind = attributes["openinference.span.kind"];
  if (kind !== undefined) return kind === "LLM" ? readOpenInference(attributes) : undefined;
  const type = attributes["langfuse.observation.type"];
  if (type !== undefined) return type === "generation" ? readLangfuse(attributes) : undefined;
  return readGenAi(attributes);
}
