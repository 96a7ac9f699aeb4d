import type { ErrorBody } from "./error_body.js";

/** How servers say that a prompt does not fit: their codes, and words from their messages. */
const CODES = new Set(["context_length_exceeded", "exceed_context_size_error", "40303"]);
const WORDS = [
  /maximum context length/i,
  /exceed(s|ed)? (the )?(available )?(model'?s )?(max(imum)? )?context/i,
  // LM Studio.
  /trying to keep the first \d+ tokens/i,
  /contextwindowexceeded/i,
  /context size has been exceeded/i,
  /`?inputs`? tokens \+ `?max_new_tokens`? must be/i,
  /requested tokens .{0,200}exceed context window/i,
  /longer than the (model'?s )?(context (length|window)|maximum model length)/i,
  /input (length|tokens?).{0,200} exceeds?/i,
  /prompt is too long/i,
  /context_length_exceeded/i,
  /prompt length .{0,200} exceeds?/i,
  /cannot be greater than max_model_len/i,
  // vLLM, when the prompt alone fills the window to the last token: nothing asks for 0 here.
  /max_tokens must be at least 1, got 0/i,
];

/** The window's size in a message. */
const LIMITS = [
  /context (?:length|size|window)(?: is| of(?: only)?|:)?\s*\(?(\d+)/i,
  /maximum model length of (\d+)/i,
  /max_model_len=(\d+)/i,
  /max_new_tokens`? must be <= (\d+)/i,
  /maximum allowed length \((\d+)/i,
];
/** The prompt's size in a message. Not vLLM's "at least 1025 input tokens", which is the limit and one more. */
const PROMPTS = [
  /request has (\d+) input tokens/i,
  /(?:input|request|length) \((\d+) tokens\)/i,
  /(\d+) in the messages/i,
  /decoder prompt \(length (\d+)\)/i,
  /keep the first (\d+) tokens/i,
  /prompt is too long:? \(?(\d+)/i,
  /given: (\d+) `?inputs`? tokens/i,
];

function firstNumber(patterns: readonly RegExp[], text: string): number | undefined {
  const digits = patterns.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined);
  return digits === undefined ? undefined : Number(digits);
}

/** Sizes in tokens where the body or the message gives them; `undefined` when the error is another one. */
export function contextWindowOf(
  body: ErrorBody,
  message: string,
): { promptTokens?: number; contextTokens?: number } | undefined {
  const named = body.code !== undefined && CODES.has(body.code);
  if (!named && !WORDS.some((words) => words.test(message))) return undefined;
  return {
    promptTokens: body.promptTokens ?? firstNumber(PROMPTS, message),
    contextTokens: body.contextTokens ?? firstNumber(LIMITS, message),
  };
}
