import { loadOnce } from "../base/once.js";
import { BYTES_PER_TOKEN_OF_PROSE, utf8Length } from "./characters.js";
import { textTokens, type CountTokens, type EncodingRules } from "./bpe/count.js";
import { charClasses, o200kPieceEnd } from "./bpe/pieces.js";
import { rankTableInSteps } from "./bpe/ranks.js";
import { tokenSteps, wholeEnd, type Step } from "./bpe/steps.js";
import { unpackTokens, type PackedTokens } from "./bpe/unpack.js";
import { turns, WORK_PER_TURN, type Turns } from "./turns.js";

/** Counts the tokens of text, offline. */
export interface Tokenizer {
  /** What it counts by: the o200k vocabulary, nearest to most open models, or the length where that could not be loaded. */
  readonly method: "o200k" | "bytes";
  /**
   * As many as js-tiktoken's `encode(text, [], [])` gives, in time n log n on any text. A lone surrogate counts as U+FFFD,
   * the name of a special token as text. At once, however long that takes.
   */
  readonly count: CountTokens;
  /** The same in steps, nearly: see `tokenSteps`. By length, tokens have fractions. */
  steps(text: string): Iterable<Step>;
}

const LENGTH_STEP = 16_384;
const byLength: Tokenizer = {
  method: "bytes",
  count: (text) => Math.ceil(utf8Length(text) / BYTES_PER_TOKEN_OF_PROSE),
  steps: lengthSteps,
};

function* lengthSteps(text: string): Generator<Step, void> {
  for (let from = 0; from < text.length;) {
    const part = text.slice(from, wholeEnd(text, from + LENGTH_STEP));
    yield { tokens: utf8Length(part) / BYTES_PER_TOKEN_OF_PROSE, characters: part.length, work: part.length / 32 };
    from += part.length;
  }
}

/** A step of the preparation takes about half a millisecond. */
const WORK_PER_STEP = WORK_PER_TURN / 8;

/** The vocabulary on its way from the packed form, which whoever needs it drives on. */
class Preparation {
  #steps: Generator<void, Tokenizer> | undefined;
  #ready: Tokenizer | undefined;

  async finish(packed: PackedTokens, shared: Turns): Promise<Tokenizer> {
    while (this.#ready === undefined) {
      while (shared.isFull()) await shared.pass();
      if (this.#ready !== undefined) break;
      this.#step(packed);
      shared.did(WORK_PER_STEP);
    }
    return this.#ready;
  }

  #step(packed: PackedTokens): void {
    this.#steps ??= prepare(packed);
    try {
      const step = this.#steps.next();
      if (step.done === true) this.#ready ??= step.value;
    } catch (error) {
      this.#steps = undefined;
      throw error;
    }
  }
}

function* prepare(packed: PackedTokens): Generator<void, Tokenizer> {
  const tokens = yield* unpackTokens(packed);
  yield;
  const rankOf = yield* rankTableInSteps(tokens);
  const rules: EncodingRules = { pieceEnd: o200kPieceEnd, classOf: charClasses(), rankOf };
  return { method: "o200k", count: (text) => textTokens(text, rules), steps: (text) => tokenSteps(text, rules) };
}

const loadPacked = /* @__PURE__ */ loadOnce(async () => (await import("./bpe/o200k.js")).o200k);
const preparation = /* @__PURE__ */ new Preparation();

/**
 * The tokenizer, with the vocabulary (1 MB) loaded by the first call. A call must not fail for want of it, where a bundle
 * was deployed without the part or a page has lost its network: text is counted by its length then.
 */
export async function loadTokenizer(shared: Turns = turns): Promise<Tokenizer> {
  try {
    return await preparation.finish(await loadPacked(), shared);
  } catch {
    return byLength;
  }
}
