import { fieldsOf } from "../../base/json.js";
import { billIn } from "./cost.js";
import type { Evidence } from "./evidence.js";
import { usageOfOpenAI } from "./openai.js";
import { known, type Reading } from "./spelled.js";

/** What OpenRouter says, through its own class or through OpenAI's: counts in OpenAI's words, and what it charged. */
export function readOpenRouter({ className, metadata, heard }: Evidence): Reading | undefined {
  // Merging chunks adds up numbers and strings texts together; what was heard is as it came.
  const raw = heard?.lastRaw ?? fieldsOf(metadata.usage);
  const isOwn = className === "ChatOpenRouter" || metadata.model_provider === "openrouter";
  if (!isOwn && raw.is_byok === undefined) return undefined;
  const usage = usageOfOpenAI(raw);
  if (usage === undefined) return undefined;
  const units = known({ webSearch: fieldsOf(raw.server_tool_use).web_search_requests });
  return { usage: { ...usage, ...(units === undefined ? {} : { units }) }, ...billIn(raw) };
}
