import { tokenCount } from "../../base/counts.js";
import { withNotes } from "../with_notes.js";
import type { Reading } from "./spelled.js";

/**
 * A reading whose cached tokens are part of its input. Some servers that speak OpenAI's language count them beside the prompt, as
 * Anthropic does: there they exceed it, or the total has them once more.
 */
export function withCachedBeside(reading: Reading): Reading {
  const { usage, isBetter } = reading;
  if (isBetter === true) return reading;
  const input = tokenCount(usage?.input_tokens);
  const output = tokenCount(usage?.output_tokens);
  const { cache_read, cache_creation } = usage?.input_token_details ?? {};
  const cached = (tokenCount(cache_read) ?? 0) + (tokenCount(cache_creation) ?? 0);
  if (input === undefined || output === undefined || cached === 0) return reading;
  const isInTotal = usage?.total_tokens === input + cached + output && !isReasoning(reading, cached);
  if (!isInTotal && cached <= input) return reading;
  const assumption = "the cache's tokens are counted beside the input";
  const total_tokens = isInTotal ? usage.total_tokens : undefined;
  return withNotes(
    { ...reading, usage: { ...usage, input_tokens: input + cached, total_tokens } },
    isInTotal
      ? { assumptions: [`${assumption}, as \`total_tokens\` shows`] }
      : { warnings: [`${assumption}, which is less than they are`] },
  );
}

/** What stands in the total alone may as well be the reasoning. */
function isReasoning({ usage }: Reading, count: number): boolean {
  return usage?.output_token_details?.reasoning === count;
}
