import { readGenAi } from "./gen_ai.js";
import { readLangfuse } from "./langfuse.js";
import { readOpenInference } from "./openinference.js";
import type { SpanAttributes, SpanFacts } from "./span_facts.js";

/** The attribute in which each family says what its span is of, what of these is a model's call, and who reads it. */
const FAMILIES: readonly (readonly [
  attribute: string,
  calls: readonly unknown[],
  read: (attributes: SpanAttributes) => SpanFacts,
])[] = [
  ["openinference.span.kind", ["LLM"], readOpenInference],
  ["langfuse.observation.type", ["generation"], readLangfuse],
  // Others, such as `invoke_agent`, sum up those of their children.
  ["gen_ai.operation.name", ["chat", "text_completion", "generate_content"], readGenAi],
];

/** What a span says of a model's call; `undefined` for spans of anything else. */
export function readSpan(attributes: SpanAttributes): SpanFacts | undefined {
  const family = familyOf(attributes);
  // GenAI's older conventions have no operation.
  if (family === undefined) return readGenAi(attributes);
  return isOfCall(attributes) ? family[2](attributes) : undefined;
}

/** Whether a span says that it is of a model's call. */
export function isOfCall(attributes: SpanAttributes): boolean {
  const [attribute = "", calls = []] = familyOf(attributes) ?? [];
  return calls.includes(attributes[attribute]);
}

const familyOf = (attributes: SpanAttributes) => FAMILIES.find(([attribute]) => attributes[attribute] !== undefined);
