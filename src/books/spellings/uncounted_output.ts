import { fieldsOf, itemsOf, nonEmpty } from "../../base/json.js";
import type { Evidence } from "./evidence.js";
import type { Reading } from "./spelled.js";

/** Some servers count at a stream's start alone, when there is no output yet. An answer with content has had some. */
export function withUncountedOutput(reading: Reading, { message }: Evidence): Reading {
  const { usage, atLeast = NOT_COUNTED } = reading;
  return usage?.output_tokens === 0 && hasContent(fieldsOf(message)) ? { ...reading, atLeast } : reading;
}

const NOT_COUNTED = "the answer has content, though no output was counted";

function hasContent({ content, tool_calls }: Readonly<Record<string, unknown>>): boolean {
  return nonEmpty(content) !== undefined || itemsOf(content).length + itemsOf(tool_calls).length > 0;
}
