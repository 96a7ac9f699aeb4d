import type { ClassOf } from "./char_class.js";
import { pieceTokens } from "./byte_pairs.js";
import type { OnSteps } from "./merge_queue.js";
import type { PieceEnd } from "./pieces.js";
import type { RankOf } from "./rank_table.js";
import { pointAt, unitsOf } from "./runs.js";

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

/** Counts the tokens of a text, where the names of special tokens are text like any other. */
export function textTokens(text: string, { pieceEnd, classOf, rankOf }: EncodingRules, onSteps?: OnSteps): number {
  const bytes = new TextEncoder().encode(text);
  let count = 0;
  let byteStart = 0;
  for (let start = 0; start < text.length;) {
    const end = pieceEnd(text, start, classOf);
    const byteEnd = utf8End(text, start, end, byteStart);
    count += pieceTokens(bytes, byteStart, byteEnd, rankOf, onSteps);
    start = end;
    byteStart = byteEnd;
  }
  return count;
}
