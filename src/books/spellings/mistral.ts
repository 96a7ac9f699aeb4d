import { fieldsOf } from "../../base/json.js";
import { unexplained } from "./unexplained.js";
import type { Evidence } from "./evidence.js";
import { usageOfOpenAI } from "./openai.js";
import { first, type Reading } from "./spelled.js";

/**
 * Mistral's own usage, which only core's events have, beside a `usage_metadata` of zeros: the package looks there for names
 * that its client has changed. The client leaves the names of counts that it does not know as the server writes them.
 */
export function readMistral(evidence: Evidence): Reading | undefined {
  const { className, metadata } = evidence;
  const raw = fieldsOf(metadata.usage);
  const isMistral = className === undefined ? raw.promptTokens !== undefined : className === "ChatMistralAI";
  const usage = isMistral ? usageOfOpenAI(raw) : undefined;
  if (usage === undefined) return undefined;
  const cached = first({ ...fieldsOf(raw.prompt_token_details), ...raw }, ["num_cached_tokens", "cached_tokens"]);
  const ofInput =
    cached === undefined ? usage.input_token_details : { ...usage.input_token_details, cache_read: cached };
  return {
    isBetter: true,
    warnings: unexplained(evidence, usage),
    usage: ofInput === undefined ? usage : { ...usage, input_token_details: ofInput },
  };
}
