import { tokenCount } from "../../base/counts.js";
import { shown } from "../../base/shown.js";
import type { Fields } from "./spelled.js";
import { inputWith } from "./sum_of_counts.js";

/** Groq's package and Groq itself spell a stream's usage each in its way; merging keeps both, and adds up their totals. */
export function isInTwoSpellings({ prompt_tokens, input_tokens, total_tokens, output_tokens }: Fields): boolean {
  const input = tokenCount(input_tokens);
  const output = tokenCount(output_tokens);
  if (input === undefined || output === undefined) return false;
  return prompt_tokens === input && total_tokens === 2 * (input + output);
}

/** What is to be said of a report that counts input or output in two spellings, which differ by more than the cache's tokens. */
export function spellingsDiffer(usage: Fields): string[] {
  const { prompt_tokens: prompt, input_tokens: input, completion_tokens: completion, output_tokens: output } = usage;
  const whole = inputWith(input, usage.cache_read_input_tokens, usage.cache_creation_input_tokens);
  return [
    ...(differ(prompt, input) && differ(prompt, whole)
      ? [warning("prompt_tokens", prompt, "input_tokens", input)]
      : []),
    ...(differ(completion, output) ? [warning("completion_tokens", completion, "output_tokens", output)] : []),
  ];
}

/** Gateways write 0 for what they say in other words. */
function differ(a: unknown, b: unknown): boolean {
  const isSaid = [a, b].every((count) => count !== undefined && count !== null && count !== 0);
  return isSaid && a !== b;
}

function warning(name: string, count: unknown, otherName: string, other: unknown): string {
  return `\`${name}\` is ${shown(count)}, \`${otherName}\` ${shown(other)}: the former is counted`;
}
