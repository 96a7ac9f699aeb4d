import { fieldsOf } from "../../base/json.js";
import { billIn } from "./cost.js";
import type { Evidence } from "./evidence.js";
import { usageOfLangChain } from "./langchain.js";
import { usageOfOpenAI } from "./openai.js";
import { known, type Reading } from "./spelled.js";

/** What OpenRouter says, through its own class or through OpenAI's: counts in OpenAI's words, and what it charged. */
export function readOpenRouter({ className, message, metadata, heard }: Evidence): Reading | undefined {
  // Merging chunks adds up numbers and strings texts together; what was heard is as it came.
  const raw = heard?.lastRaw ?? fieldsOf(metadata.usage);
  const isOwn = className === "ChatOpenRouter" || metadata.model_provider === "openrouter";
  if (!isOwn && raw.is_byok === undefined) return undefined;
  // As core's events of a stream the package hands on counts alone.
  const usage = usageOfOpenAI(raw) ?? usageOfLangChain(fieldsOf(message.usage_metadata));
  if (usage === undefined) return undefined;
  const units = known({ ...usage.units, webSearch: fieldsOf(raw.server_tool_use).web_search_requests });
  const bill = billIn(raw);
  return {
    usage: { ...usage, ...(units === undefined ? {} : { units }) },
    ...bill,
    ...(bill.cost === undefined || bill.cost === null ? { assumptions: [UNBILLED] } : {}),
  };
}

/** What is said of a cost where the bill is not known. */
export const UNBILLED = "what OpenRouter charged was not handed on: the cost is a price list's";
