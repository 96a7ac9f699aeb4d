import { CharClass, type ClassOf } from "./char_class.js";

const widestUnit = 0xffff;
const space = 0x20;
/** More characters than a string can have. */
const noLimit = 2 ** 32;

/** The code point at a UTF-16 index that is inside the text. */
export function pointAt(text: string, index: number): number {
  return text.codePointAt(index) ?? 0;
}

/** How many UTF-16 units a code point takes. */
export function unitsOf(codePoint: number): number {
  return codePoint > widestUnit ? 2 : 1;
}

/** The end of the run of at most `limit` characters from `start` on whose classes are in the mask. */
export function runEnd(text: string, start: number, classOf: ClassOf, mask: number, limit = noLimit): number {
  let end = start;
  for (let length = 0; end < text.length && length < limit; length++) {
    const point = pointAt(text, end);
    if ((classOf(point) & mask) === 0) break;
    end += unitsOf(point);
  }
  return end;
}

/** The pattern `\s*[\r\n]+|\s+(?!\S)|\s+`: up to the run's last newline, else all but the last before a word. */
export function whitespaceEnd(text: string, start: number, classOf: ClassOf): number {
  let end = start;
  let afterNewline = start;
  for (; end < text.length; end++) {
    const kind = classOf(text.charCodeAt(end)); // all white space is in the basic plane
    if ((kind & (CharClass.space | CharClass.newline)) === 0) break;
    if (kind === CharClass.newline) afterNewline = end + 1;
  }
  if (afterNewline > start) return afterNewline;
  return end < text.length && end - start > 1 ? end - 1 : end;
}

/** The pattern ` ?[^\s\p{L}\p{N}]+`, or `start` where it does not match. */
export function symbolsEnd(text: string, start: number, classOf: ClassOf): number {
  const first = text.charCodeAt(start) === space ? start + 1 : start;
  const end = runEnd(text, first, classOf, CharClass.other | CharClass.mark);
  return end > first ? end : start;
}
