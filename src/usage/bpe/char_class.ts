/**
 * What the encodings' patterns tell apart in a character, one bit each so that sets of them are masks.
 * `uncased` is a letter without case, such as a Han one; `space` is any white space but CR and LF.
 */
export const CharClass = {
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
