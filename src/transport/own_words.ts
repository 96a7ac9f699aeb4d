/** Where a message begins to repeat what a model or a user wrote. */
const REPEATED = /(raw|input|input_value|last read)["']?\s*[=:]\s*["'`{[]|at pos \d+:/i;
/** And where it speaks again itself. */
const AFTER = ", err=";

/**
 * A server's own words in its message. What a model wrote is often repeated there, and may be the very words by which
 * errors are told apart: `error parsing tool call: raw='{"content": "maximum context length"}', err=...`.
 */
export function ownWords(message: string): string {
  const start = REPEATED.exec(message)?.index;
  if (start === undefined) return message;
  const end = message.lastIndexOf(AFTER);
  return message.slice(0, start) + (end > start ? message.slice(end) : "");
}
