import type { OnSteps } from "./merge_queue.js";
import { queuedMerges } from "./queued_merges.js";
import { NO_RANK, type RankOf } from "./rank_table.js";

/** In bytes: up to here, looking at all pairs for each merge is faster than keeping a queue of them. */
const scanLimit = 64;

/** Counts the tokens that byte-pair encoding makes of the piece of text with the bytes from `start` to `end`. */
export function pieceTokens(bytes: Uint8Array, start: number, end: number, rankOf: RankOf, onSteps?: OnSteps): number {
  if (start === end) return 0;
  onSteps?.(1);
  if (rankOf(bytes, start, end) !== NO_RANK) return 1;
  const merges = end - start > scanLimit ? queuedMerges : scannedMerges;
  return end - start - merges(bytes, start, end, rankOf, onSteps);
}

/** Merges the adjacent parts that make the token of the lowest rank, leftmost first, until none make a token. */
function scannedMerges(bytes: Uint8Array, start: number, end: number, rankOf: RankOf, onSteps?: OnSteps): number {
  const bounds: number[] = [];
  const ranks: number[] = [];
  for (let at = start; at <= end; at++) bounds.push(at);
  for (let at = start; at + 1 < end; at++) ranks.push(rankOf(bytes, at, at + 2));
  for (let merges = 0; ; merges++) {
    onSteps?.(ranks.length);
    const pair = lowest(ranks);
    if (pair < 0) return merges;
    bounds.splice(pair + 1, 1);
    ranks.splice(pair, 1);
    if (pair < ranks.length) ranks[pair] = rankOf(bytes, bounds[pair] ?? start, bounds[pair + 2] ?? end);
    if (pair > 0) ranks[pair - 1] = rankOf(bytes, bounds[pair - 1] ?? start, bounds[pair + 1] ?? end);
  }
}

/** The index of the first of the lowest ranks, `-1` where no pair has one. */
function lowest(ranks: readonly number[]): number {
  let best = -1;
  let bestRank = NO_RANK;
  for (let pair = 0; pair < ranks.length; pair++) {
    const rank = ranks[pair] ?? NO_RANK;
    if (rank === NO_RANK || (best >= 0 && rank >= bestRank)) continue;
    best = pair;
    bestRank = rank;
  }
  return best;
}
