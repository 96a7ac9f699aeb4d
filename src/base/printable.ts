import { escapeOf } from "./clean_text.js";

/**
 * A text that a terminal and a log show as it is: other people's words are in error messages, and control characters in
 * them would be obeyed where they are printed. They are written as JSON writes them, `\u001b`. Line feeds and tabs stay.
 */
export function printable(text: string): string {
  let shown = "";
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (!isControl(code)) continue;
    const isLineEnd = code === CARRIAGE_RETURN && text.charCodeAt(at + 1) === LINE_FEED;
    shown += text.slice(from, at) + (isLineEnd ? "" : escapeOf(code));
    from = at + 1;
  }
  return from === 0 ? text : shown + text.slice(from);
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** What moves a terminal's cursor, colours it, or turns the direction of writing round. */
function isControl(code: number): boolean {
  if (code < 0x20) return code !== 9 && code !== LINE_FEED;
  if (code < 0x2000) return code >= 0x7f && code <= 0x9f;
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}
