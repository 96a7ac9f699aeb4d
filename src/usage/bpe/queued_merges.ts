import { MergeQueue, type OnSteps } from "./merge_queue.js";
import { NO_RANK, type RankOf } from "./rank_table.js";

/** Makes one number of rank and position that sorts by rank, then from left to right; exact below 2^53. */
const rankUnit = 2 ** 32;
// Kept here because a look-up of a global is slow in a vm context, such as jest's.
const { floor } = Math;

/**
 * Counts the merges that byte-pair encoding does in a long piece, in time n log n.
 *
 * Parts are a linked list, known by the offset of their first byte. A queue entry is stale when the pair at its
 * position has another rank by now: a pair only ever grows, so it never comes back to an earlier rank.
 */
export function queuedMerges(bytes: Uint8Array, start: number, end: number, rankOf: RankOf, onSteps?: OnSteps): number {
  const size = end - start;
  const next = new Int32Array(size).map((_, part) => part + 1);
  const previous = new Int32Array(size).map((_, part) => part - 1);
  const ranks = new Int32Array(size).fill(NO_RANK);
  // Each merge takes one entry out and puts two in at most, and there are fewer merges than bytes.
  const queue = new MergeQueue(2 * size, onSteps);

  function rate(part: number): void {
    const second = next[part] ?? size;
    const rank = second < size ? rankOf(bytes, start + part, start + (next[second] ?? size)) : NO_RANK;
    onSteps?.(1);
    ranks[part] = rank;
    if (rank !== NO_RANK) queue.push(rank * rankUnit + part);
  }

  function merge(part: number): void {
    const second = next[part] ?? size;
    const third = next[second] ?? size;
    next[part] = third;
    if (third < size) previous[third] = part;
    ranks[second] = NO_RANK;
    rate(part);
    if (part > 0) rate(previous[part] ?? 0);
  }

  for (let part = 0; part < size; part++) rate(part);
  let merges = 0;
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    const rank = floor(key / rankUnit);
    const part = key - rank * rankUnit;
    if (ranks[part] !== rank) continue;
    merge(part);
    merges++;
  }
  return merges;
}
