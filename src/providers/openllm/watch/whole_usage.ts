import type { AnswerDelta } from "../../../answer/delta.js";
import { isObject } from "../../../base/json.js";
import { sampleWindows } from "../../../usage/sample.js";
import type { Question } from "../question.js";

/** Characters other than blanks to a token: ordinary text has 1 to 5. */
export const HARDLY_POSSIBLE = 8;

/** Blanks, and long runs such as base64: a token can have any number of them. */
const NO_TEXT = /\s+|[A-Za-z0-9+/_=-]{64,}/g;
/** Of more characters, a sample says how many are text: prompts can be long, and this is asked after every call. */
const READ_WHOLE = 16_384;

/** About how many characters some texts have that make tokens. */
export function charactersIn(texts: readonly string[]): number {
  const size = lengthOf(texts);
  const windows = size > READ_WHOLE ? sampleWindows(texts, size) : texts;
  const ofText = windows.reduce((sum, window) => sum + window.replace(NO_TEXT, "").length, 0);
  return Math.round((ofText / Math.max(1, lengthOf(windows))) * size);
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, { length }) => sum + length, 0);
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
