import { CharClass, type ClassOf } from "./char_class.js";
import { pointAt, runEnd, symbolsEnd, unitsOf, whitespaceEnd } from "./runs.js";

/**
 * Finds the end of the piece of text that begins at `start`, in UTF-16 units. No token crosses the end of a piece.
 *
 * These functions match what the patterns of js-tiktoken's rank files match, without backtracking: each character is
 * read a few times at most, and V8's regular expressions overflow their stack on some million letters.
 */
export type PieceEnd = (text: string, start: number, classOf: ClassOf) => number;

const letter = CharClass.upper | CharClass.lower | CharClass.uncased;
const upperHead = CharClass.upper | CharClass.uncased | CharClass.mark;
const lowerTail = CharClass.lower | CharClass.uncased | CharClass.mark;
const prefix = CharClass.space | CharClass.other | CharClass.mark;
const maxDigits = 3;
const apostrophe = 0x27;
const contractions = /'(?:[sStTmMdD]|[rR][eE]|[vV][eE]|[lL][lL])/y;
const newlinesAndSlashes = /[\r\n/]*/y;

function contractionEnd(text: string, start: number): number {
  if (text.charCodeAt(start) !== apostrophe) return start;
  contractions.lastIndex = start;
  return contractions.test(text) ? contractions.lastIndex : start;
}

function newlinesAndSlashesEnd(text: string, start: number): number {
  newlinesAndSlashes.lastIndex = start;
  newlinesAndSlashes.test(text);
  return newlinesAndSlashes.lastIndex;
}

/**
 * `[head]*[tail]+|[head]+[tail]*`, where letters without case and marks are in both: the first alternative wins if it
 * can give back capitals until it ends with a character that counts as a tail.
 */
function casedWordEnd(text: string, start: number, classOf: ClassOf): number {
  let end = start;
  let afterUncased = start;
  while (end < text.length) {
    const point = pointAt(text, end);
    const kind = classOf(point);
    if ((kind & upperHead) === 0) break;
    end += unitsOf(point);
    if (kind !== CharClass.upper) afterUncased = end;
  }
  const tail = runEnd(text, end, classOf, lowerTail);
  if (tail > end) return tail;
  return afterUncased > start ? afterUncased : end;
}

/** Pieces of `o200k_base`: words break where case rises, and keep their contraction. */
export function o200kPieceEnd(text: string, start: number, classOf: ClassOf): number {
  const point = pointAt(text, start);
  const kind = classOf(point);
  if (kind === CharClass.number) return runEnd(text, start, classOf, CharClass.number, maxDigits);
  // A mark is both a prefix and a head; taking it as a head gives the same end.
  const first = (kind & (CharClass.space | CharClass.other)) === 0 ? start : start + unitsOf(point);
  const word = casedWordEnd(text, first, classOf);
  if (word > first) return contractionEnd(text, word);
  const end = symbolsEnd(text, start, classOf);
  return end > start ? newlinesAndSlashesEnd(text, end) : whitespaceEnd(text, start, classOf);
}

/** Pieces of `cl100k_base`: words are runs of letters, and contractions stand alone. */
export function cl100kPieceEnd(text: string, start: number, classOf: ClassOf): number {
  const contraction = contractionEnd(text, start);
  if (contraction > start) return contraction;
  const point = pointAt(text, start);
  const kind = classOf(point);
  if (kind === CharClass.number) return runEnd(text, start, classOf, CharClass.number, maxDigits);
  const first = (kind & prefix) === 0 ? start : start + unitsOf(point);
  const word = runEnd(text, first, classOf, letter);
  if (word > first) return word;
  const end = symbolsEnd(text, start, classOf);
  return end > start ? runEnd(text, end, classOf, CharClass.newline) : whitespaceEnd(text, start, classOf);
}
