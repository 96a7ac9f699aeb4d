/**
 * Characters that drive a terminal, end a line, turn the direction of what follows, or cannot be seen: controls (C0, C1),
 * format characters (bidirectional controls, zero-width marks), line and paragraph separators, halves of characters.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** A text as it may be printed within a line: each character that is not seen, the line end among them, is a `?`. */
export function cleanLine(text: string): string {
  return text.replace(UNSEEN, "?");
}

/** JSON that means the same and has no such character: each is written as its escape. */
export function cleanJson(json: string): string {
  return json.replace(UNSEEN, (character) =>
    Array.from({ length: character.length }, (_, at) => escapeOf(character.charCodeAt(at))).join(""),
  );
}

/** A UTF-16 unit as JSON escapes it, such as `\u001b`. */
export function escapeOf(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
