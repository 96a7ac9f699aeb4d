import type { AnswerDelta } from "../../../answer/delta.js";
import { isObject } from "../../../base/json.js";
import type { Question } from "../question.js";

/** Characters other than blanks to a token: ordinary text has 1 to 5. */
export const HARDLY_POSSIBLE = 8;

/** The characters of some texts but for the blanks, of which a token can have any number. */
export function charactersIn(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length - blanksIn(text), 0);
}

/** Counted by hand: it is a tenth of what an expression takes, and prompts can be long. */
function blanksIn(text: string): number {
  let blanks = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 32 || (code <= 13 && code >= 9) || (code >= 160 && OTHER_BLANK.test(text.charAt(at)))) blanks++;
  }
  return blanks;
}

/** What is blank beside ASCII's. */
const OTHER_BLANK = /\s/;

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
