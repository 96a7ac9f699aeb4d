/** The longest tokens of today's vocabularies are runs of 128 spaces, dashes or equals signs: no text has fewer tokens than this says. */
export const LONGEST_TOKEN_CHARACTERS = 128;

/** Ordinary text has 1 to 5 characters to a token: a count below what this says leaves a part of the text out. */
export const MOST_CHARACTERS_PER_TOKEN_OF_PROSE = 6;

/** About so many bytes of ordinary text make a token: for a count without a vocabulary. */
export const BYTES_PER_TOKEN_OF_PROSE = 4;

const encoder = /* @__PURE__ */ new TextEncoder();

/** A text's bytes in UTF-8, where a lone surrogate is U+FFFD. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** How many bytes a text has in UTF-8: no byte-level vocabulary makes more tokens of it. */
export function utf8Length(text: string): number {
  return utf8(text).length;
}
