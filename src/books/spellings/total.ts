import { tokenCount } from "../../base/counts.js";
import { shown } from "../../base/shown.js";
import { withNotes } from "../with_notes.js";
import type { Reading, SpelledUsage } from "./spelled.js";

/**
 * A reading whose parts are compared with `total_tokens`. Some count reasoning beside the output: it shows there, and is
 * billed as output.
 */
export function withTotal(reading: Reading): Reading {
  const { usage } = reading;
  const input = tokenCount(usage?.input_tokens);
  const output = tokenCount(usage?.output_tokens);
  if (usage?.total_tokens === undefined || input === undefined || output === undefined) return reading;
  const total = tokenCount(usage.total_tokens);
  const gap = total === undefined ? undefined : total - input - output;
  if (gap === 0) return reading;
  const reasoning = tokenCount(usage.output_token_details?.reasoning) ?? 0;
  if (gap !== undefined && gap > 0 && (reasoning === 0 || reasoning === gap))
    return beside(reading, usage, output, gap, reasoning);
  const sum = `\`total_tokens\` is ${shown(usage.total_tokens)}, its parts are ${input} and ${output}`;
  return withNotes(reading, {
    warnings: [sum],
    ...(gap !== undefined && gap > 0 ? { atLeast: "some tokens are in the total alone" } : {}),
  });
}

function beside(reading: Reading, usage: SpelledUsage, output: number, gap: number, reasoning: number): Reading {
  const what =
    reasoning > 0
      ? "reasoning tokens are counted beside the output, as `total_tokens` shows: they are billed as output"
      : "some tokens are in `total_tokens` alone: they are billed as output, as reasoning is";
  const output_token_details = { ...usage.output_token_details, reasoning: gap };
  const whole = { ...reading, usage: { ...usage, output_tokens: output + gap, output_token_details } };
  return withNotes(whole, { assumptions: [what] });
}
