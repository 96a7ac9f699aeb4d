import type { AnswerDelta } from "../answer/delta.js";
import { isObject } from "../json.js";

/**
 * llama.cpp counts one of `n` answers that come whole and calls it the usage of all: the prompt's figure holds, the
 * output's is short. Its timings, which no other server sends, tell it from the rest.
 */
export function withoutShortUsage(answers: readonly AnswerDelta[]): AnswerDelta[] {
  const [first, ...others] = answers;
  if (first?.usage === undefined || others.length === 0 || !isObject(first.metadata?.timings)) return [...answers];
  const { usage, ...rest } = first;
  return [{ ...rest, partialUsage: { input_tokens: usage.input_tokens } }, ...others];
}
