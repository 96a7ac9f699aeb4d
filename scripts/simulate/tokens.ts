/**
 * How servers under test count: by vocabularies of their own, which the package does not know. `bytes` is the dearest that
 * there can be, `pieces` cuts words into pieces of at most 4 characters, `runs` has tokens as long as the longest in use.
 */
export type Vocabulary = "bytes" | "pieces" | "runs";

/** The vocabularies, for draws. */
export const VOCABULARIES: readonly Vocabulary[] = ["bytes", "pieces", "runs"];

const LONGEST: Record<Exclude<Vocabulary, "bytes">, { word: number; space: number }> = {
  pieces: { word: 4, space: 4 },
  // Runs of one character (spaces, dashes) are the longest tokens of today's vocabularies; words are shorter.
  runs: { word: 16, space: 128 },
};

const WORDS = /\s+|=+|-+|[^\s=-]+/gu;

/** The number of tokens of a text. Deterministic, and 0 for no text only. */
export function countTokens(text: string, vocabulary: Vocabulary): number {
  if (vocabulary === "bytes") return Buffer.byteLength(text);
  const longest = LONGEST[vocabulary];
  let count = 0;
  for (const [word] of text.matchAll(WORDS)) {
    const isRun = /^[\s=-]/u.test(word);
    count += Math.ceil([...word].length / (isRun ? longest.space : longest.word));
  }
  return count;
}
