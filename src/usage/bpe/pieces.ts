/**
 * Splits text as the patterns of js-tiktoken's rank files do, without backtracking: each character is read a few times at
 * most, and V8's regular expressions overflow their stack on some million letters.
 */
/**
 * What the encodings' patterns tell apart in a character, one bit each so that sets of them are masks.
 * `uncased` is a letter without case, such as a Han one; `space` is any white space but CR and LF.
 */
const CharClass = {
  upper: 1,
  lower: 2,
  uncased: 4,
  mark: 8,
  number: 16,
  newline: 32,
  space: 64,
  other: 128,
} as const;

/** Says which `CharClass` a Unicode code point has; a lone surrogate is `other`. */
export type ClassOf = (codePoint: number) => number;

const codePoints = 0x110000;

const listed = /[\p{L}\p{M}\p{N}\s]/u;
// Letters, marks, numbers and white space do not overlap, so the order matters only for newlines.
const patterns: readonly (readonly [number, RegExp])[] = [
  [CharClass.lower, /\p{Ll}/u],
  [CharClass.uncased, /[\p{Lm}\p{Lo}]/u],
  [CharClass.upper, /[\p{Lu}\p{Lt}]/u],
  [CharClass.mark, /\p{M}/u],
  [CharClass.number, /\p{N}/u],
  [CharClass.newline, /[\r\n]/u],
  [CharClass.space, /\s/u],
];

function classify(codePoint: number): number {
  const text = String.fromCodePoint(codePoint);
  if (!listed.test(text)) return CharClass.other; // most code points by far: one test in place of seven
  return patterns.find(([, pattern]) => pattern.test(text))?.[0] ?? CharClass.other;
}

/** Makes a classifier that asks the runtime's own Unicode tables once per code point and keeps the answers (1.1 MB). */
export function charClasses(): ClassOf {
  const known = new Uint8Array(codePoints);
  return (codePoint) => {
    const found = known[codePoint];
    if (found) return found; // zero is "not asked yet": no class is zero
    const asked = classify(codePoint);
    known[codePoint] = asked;
    return asked;
  };
}

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
function runEnd(text: string, start: number, classOf: ClassOf, mask: number, limit = noLimit): number {
  let end = start;
  for (let length = 0; end < text.length && length < limit; length++) {
    const point = pointAt(text, end);
    if ((classOf(point) & mask) === 0) break;
    end += unitsOf(point);
  }
  return end;
}

/** The pattern `\s*[\r\n]+|\s+(?!\S)|\s+`: up to the run's last newline, else all but the last before a word. */
function whitespaceEnd(text: string, start: number, classOf: ClassOf): number {
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
function symbolsEnd(text: string, start: number, classOf: ClassOf): number {
  const first = text.charCodeAt(start) === space ? start + 1 : start;
  const end = runEnd(text, first, classOf, CharClass.other | CharClass.mark);
  return end > first ? end : start;
}

/** Finds the end of the piece of text that begins at `start`, in UTF-16 units. No token crosses the end of a piece. */
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
