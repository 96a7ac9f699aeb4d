import type { ErrorBody } from "./error_body.js";

/** How servers say that a prompt does not fit: their codes, and words from their messages. */
const CODES = new Set(["context_length_exceeded", "exceed_context_size_error", "40303"]);
const WORDS = [
  /maximum context length/i,
  /exceeds? the (available )?context (size|window|length)/i,
  /exceeds? the (model'?s )?(maximum )?context/i,
  /context size has been exceeded/i,
  /`?inputs`? tokens \+ `?max_new_tokens`? must be/i,
  /requested tokens .*exceed context window/i,
  /longer than the model'?s context length/i,
  /input (length|tokens?).* exceeds?/i,
  /prompt is too long/i,
  /context_length_exceeded/i,
  /prompt length .* exceeds?/i,
];

/** Sizes in tokens where the body or the message gives them; `undefined` when the error is another one. */
export function contextWindowOf(
  body: ErrorBody,
  message: string,
): { promptTokens?: number; contextTokens?: number } | undefined {
  const named = body.code !== undefined && CODES.has(body.code);
  if (!named && !WORDS.some((words) => words.test(message))) return undefined;
  const limit = /context (?:length|size|window)(?: is| of|:)?\s*\(?(\d+)/i.exec(message)?.[1];
  return {
    promptTokens: body.promptTokens,
    contextTokens: body.contextTokens ?? (limit === undefined ? undefined : Number(limit)),
  };
}
