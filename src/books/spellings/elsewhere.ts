import { fieldsOf } from "../../base/json.js";
import type { Evidence } from "./evidence.js";
import { usageOfOpenAI } from "./openai.js";
import type { Reading, SpelledUsage } from "./spelled.js";
import { withTotal } from "./total.js";

const PLACES = ["tokenUsage", "token_usage", "usage", "usage_metadata", "usageMetadata"];

/** Usage in one of the places where classes put it beside `usage_metadata`, in words that most understand. */
function spelledUsage(value: unknown): SpelledUsage | undefined {
  const holder = fieldsOf(value);
  for (const place of [...PLACES.map((name) => holder[name]), value]) {
    const usage = usageOfOpenAI(fieldsOf(place));
    if (usage !== undefined) return usage;
  }
  return undefined;
}

/** A reading without usage, with what its answer says of that elsewhere: of all answers in `llmOutput`, or of this one. */
export function withElsewhere(reading: Reading, { llmOutput, info, metadata }: Evidence): Reading {
  const usage = spelledUsage(llmOutput) ?? spelledUsage(info) ?? spelledUsage(metadata);
  return usage === undefined ? reading : withTotal({ ...reading, usage });
}

/** A count that someone else's class estimated, in the place that LangChain's own classes use for it. */
export function spelledEstimate(llmOutput: unknown): SpelledUsage | undefined {
  return usageOfOpenAI(fieldsOf(fieldsOf(llmOutput).estimatedTokenUsage));
}
