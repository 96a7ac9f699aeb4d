import { utf8 } from "../characters.js";
import { pieceTokens, type OnSteps } from "./merges.js";
import { charClasses, pointAt, unitsOf, type ClassOf, type PieceEnd } from "./pieces.js";
import { rankTable, type RankOf, type Tokens } from "./ranks.js";

/** What tells one encoding from another. */
export interface EncodingRules {
  pieceEnd: PieceEnd;
  classOf: ClassOf;
  rankOf: RankOf;
}

function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint > 0xffff ? 4 : 3; // a lone surrogate becomes U+FFFD, which takes three bytes too
}

function utf8End(text: string, start: number, end: number, byteStart: number): number {
  let byteEnd = byteStart;
  for (let at = start; at < end;) {
    const point = pointAt(text, at);
    byteEnd += utf8Length(point);
    at += unitsOf(point);
  }
  return byteEnd;
}

/** What an unmerged byte costs more than a token that is found at once. */
const WORK_PER_BYTE = 4;

/** Counts pieces until so many characters are behind: their tokens, where the last one ended, and what that cost. */
export function readPieces(
  text: string,
  until: number,
  { pieceEnd, classOf, rankOf }: EncodingRules,
  onSteps?: OnSteps,
): { tokens: number; characters: number; work: number } {
  const bytes = utf8(text);
  let tokens = 0;
  let work = 0;
  let byteStart = 0;
  let start = 0;
  while (start < until) {
    const end = pieceEnd(text, start, classOf);
    const byteEnd = utf8End(text, start, end, byteStart);
    const inPiece = pieceTokens(bytes, byteStart, byteEnd, rankOf, onSteps);
    tokens += inPiece;
    work += inPiece === 1 ? 1 : WORK_PER_BYTE * (byteEnd - byteStart);
    start = end;
    byteStart = byteEnd;
  }
  return { tokens, characters: start, work };
}

/** Counts the tokens of a text, where the names of special tokens are text like any other. */
export function textTokens(text: string, rules: EncodingRules, onSteps?: OnSteps): number {
  return readPieces(text, text.length, rules, onSteps).tokens;
}

/** Says how many tokens a text has. */
export type CountTokens = (text: string) => number;

/** The counter of an encoding: its tokens, and how it cuts text into pieces. */
export function counterOf(tokens: Tokens, pieceEnd: PieceEnd): CountTokens {
  const rules = { pieceEnd, classOf: charClasses(), rankOf: rankTable(tokens) };
  return (text) => textTokens(text, rules);
}
