import { loadOnce } from "../base/once.js";
import { BYTES_PER_TOKEN_OF_PROSE, utf8Length } from "./characters.js";
import { counterOf, type CountTokens } from "./bpe/count.js";
import { o200kPieceEnd } from "./bpe/pieces.js";
import { unpackTokens } from "./bpe/unpack.js";

/** Counts the tokens of text, offline. */
export interface Tokenizer {
  /** What it counts by: the o200k vocabulary, nearest to most open models, or the length where that could not be loaded. */
  readonly method: "o200k" | "bytes";
  /**
   * As many as js-tiktoken's `encode(text, [], [])` gives, in time n log n on any text. A lone surrogate counts as U+FFFD,
   * the name of a special token as text.
   */
  readonly count: CountTokens;
}

const byLength: Tokenizer = {
  method: "bytes",
  count: (text) => Math.ceil(utf8Length(text) / BYTES_PER_TOKEN_OF_PROSE),
};

const loadO200k = /* @__PURE__ */ loadOnce(async (): Promise<Tokenizer> => {
  const { o200k } = await import("./bpe/o200k.js");
  return { method: "o200k", count: counterOf(unpackTokens(o200k), o200kPieceEnd) };
});

/**
 * The tokenizer, with the vocabulary (1 MB) loaded by the first call. A call must not fail for want of it, where a bundle
 * was deployed without the part or a page has lost its network: text is counted by its length then.
 */
export async function loadTokenizer(): Promise<Tokenizer> {
  try {
    return await loadO200k();
  } catch {
    return byLength;
  }
}
