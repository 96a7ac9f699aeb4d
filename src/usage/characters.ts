/** The longest tokens of today's vocabularies are runs of 128 spaces, dashes or equals signs: no text has fewer tokens than this says. */
export const LONGEST_TOKEN_CHARACTERS = 128;

/** Ordinary text has 1 to 5 characters to a token: a count below what this says leaves a part of the text out. */
export const MOST_CHARACTERS_PER_TOKEN_OF_PROSE = 6;

/** About so many bytes of ordinary text make a token: for a count without a vocabulary. */
export const BYTES_PER_TOKEN_OF_PROSE = 4;

/** A character of the basic plane has at most so many bytes in UTF-8, and a pair of surrogates has four. */
export const MOST_BYTES_PER_CHARACTER = 3;

const encoder = /* @__PURE__ */ new TextEncoder();

/** A text's bytes in UTF-8, where a lone surrogate is U+FFFD. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** How many bytes a text has in UTF-8: no byte-level vocabulary makes more tokens of it. */
export function utf8Length(text: string): number {
  return utf8(text).length;
}

/** One character for each word: a match of whole words takes stack for each of their letters. */
const LAST_OF_WORD = /[\p{L}\p{N}](?![\p{L}\p{N}])/gu;
/** Ordinary text has a word every 5 to 6 characters, and there are hardly more than enough where as many were looked at. */
const LOOKED_AT = 1_024;
const LOOKED_AT_MOST = 262_144;

/** How much of a text `wordsUpTo` looks at. */
export function lookedAt({ length }: string): number {
  return Math.min(length, LOOKED_AT_MOST, Math.max(LOOKED_AT, Math.ceil(length / 8)));
}

/** Words of a text, up to as many as are enough: no text has fewer than this says. */
export function wordsUpTo(text: string, enough: number): number {
  if (enough === 0) return 0;
  let words = 0;
  for (const _ of text.slice(0, lookedAt(text)).matchAll(LAST_OF_WORD)) if (++words === enough) break;
  return words;
}
