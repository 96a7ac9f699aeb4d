import { fieldsOf, isObject } from "../../base/json.js";
import type { Evidence } from "./evidence.js";
import { usageOfOpenAI } from "./openai.js";
import { known, type Fields, type Reading } from "./spelled.js";

/**
 * What OpenRouter says, through its own class or through OpenAI's: counts in OpenAI's words, and what it charged.
 * https://openrouter.ai/docs/use-cases/usage-accounting
 */
export function readOpenRouter({ className, metadata, heard }: Evidence): Reading | undefined {
  // Merging chunks adds up numbers and strings texts together; what was heard is as it came.
  const raw = heard?.lastRaw ?? fieldsOf(metadata.usage);
  const isOwn = className === "ChatOpenRouter" || metadata.model_provider === "openrouter";
  if (!isOwn && raw.is_byok === undefined) return undefined;
  const usage = usageOfOpenAI(raw);
  if (usage === undefined) return undefined;
  const output = fieldsOf(raw.completion_tokens_details);
  const input = fieldsOf(raw.prompt_tokens_details);
  const units = known({
    inputVideo: input.video_tokens,
    outputImage: output.image_tokens,
    webSearch: fieldsOf(raw.server_tool_use).web_search_requests,
  });
  return { usage: { ...usage, ...(units === undefined ? {} : { units }) }, ...costOf(raw) };
}

/** With a key of one's own the cost is OpenRouter's fee alone, and the key's provider bills the rest. */
function costOf({ cost, is_byok, cost_details }: Fields): Partial<Reading> {
  if (is_byok !== true) return { cost };
  const upstreamCost = isObject(cost_details) ? cost_details.upstream_inference_cost : undefined;
  if (upstreamCost !== undefined && upstreamCost !== null) return { cost, upstreamCost };
  return { cost, costAtLeast: "it is OpenRouter's fee for the use of one's own key, whose provider bills the rest" };
}
