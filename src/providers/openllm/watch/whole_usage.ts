import type { AnswerDelta } from "../../../answer/delta.js";
import { isObject } from "../../../base/json.js";
import type { Question } from "../question.js";

/** Characters other than blanks to a token: ordinary text has 1 to 5. */
export const HARDLY_POSSIBLE = 8;

/**
 * The characters of some texts but for the blanks, of which a token can have any number. The count stops after the text
 * with which there are enough: prompts can be long.
 */
export function charactersIn(texts: readonly string[], enough = Infinity): number {
  let sum = 0;
  for (const text of texts) {
    sum += text.replace(/\s+/g, "").length;
    if (sum >= enough) break;
  }
  return sum;
}

/** Books the usage of answers that came whole, and returns what else is in them. */
export function bookWhole(question: Question, answers: readonly AnswerDelta[]): AnswerDelta[] {
  return withoutShortUsage(answers).map((answer) => question.call.book(answer) ?? {});
}

/**
 * llama.cpp counts one of `n` answers that come whole and calls it the usage of all: the prompt's figure holds, the
 * output's is short. Its timings, which no other server sends, tell it from the rest; or the texts do, which are too long.
 */
export function withoutShortUsage(answers: readonly AnswerDelta[]): AnswerDelta[] {
  const [first, ...others] = answers;
  if (first?.usage === undefined || others.length === 0) return [...answers];
  const characters = charactersIn(answers.map(({ text = "" }) => text));
  const isShort = isObject(first.metadata?.timings) || characters > first.usage.output_tokens * HARDLY_POSSIBLE;
  if (!isShort) return [...answers];
  const { usage, ...rest } = first;
  return [{ ...rest, partialUsage: { input_tokens: usage.input_tokens } }, ...others];
}
