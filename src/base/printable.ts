/** What moves a terminal's cursor, colours it, or turns the direction of writing round; not line feeds and tabs. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/**
 * A text that a terminal and a log show as it is: other people's words are in error messages, and control characters in
 * them would be obeyed where they are printed. They are written as JSON writes them, `\u001b`.
 */
export function printable(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
