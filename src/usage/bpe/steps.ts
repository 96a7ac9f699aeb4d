import { pointAt } from "./pieces.js";
import { readPieces, type EncodingRules } from "./count.js";

/** What was counted in one step. */
export interface Step {
  tokens: number;
  /** How far it went, in UTF-16 units. */
  characters: number;
  /** What it cost: see `WORK_PER_TURN`. */
  work: number;
}

/** Pieces of up to so many characters are counted exactly: words have 5, and lines without a blank some hundred. */
export const LONGEST_PIECE = 1_024;
const STEP = 2 * LONGEST_PIECE;

/**
 * Counts a text step by step, each of a bounded size: whoever asks can do something else between two of them. A longer piece
 * is cut, which makes a token more of it at each cut: its cost is known to no end before it has been counted.
 */
export function* tokenSteps(text: string, rules: EncodingRules): Generator<Step, void> {
  for (let from = 0; from < text.length;) {
    const isLast = from + STEP >= text.length;
    const part = text.slice(from, wholeEnd(text, from + STEP));
    const step = readPieces(part, isLast ? part.length : LONGEST_PIECE, rules);
    from += step.characters;
    yield step;
  }
}

/** Where a text can be cut, at most so far, without cutting a pair of surrogates. */
export function wholeEnd(text: string, end: number): number {
  if (end >= text.length) return text.length;
  return pointAt(text, end - 1) > 0xffff ? end - 1 : end;
}
