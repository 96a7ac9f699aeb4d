import { NO_RANK, type RankOf } from "./ranks.js";

/** In bytes: up to here, looking at all pairs for each merge is faster than keeping a queue of them. */
const scanLimit = 64;
const children = 4;
// Kept here because a look-up of a global is slow in a vm context, such as jest's.
const { floor, min } = Math;

/** Told of work done, in comparisons or table look-ups: lets tests see how work grows with the input. */
export type OnSteps = (steps: number) => void;

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

/** Makes one number of rank and position that sorts by rank, then from left to right; exact below 2^53. */
const rankUnit = 2 ** 32;
/**
 * Counts the merges that byte-pair encoding does in a long piece, in time n log n.
 *
 * Parts are a linked list, known by the offset of their first byte. A queue entry is stale when the pair at its
 * position has another rank by now: a pair only ever grows, so it never comes back to an earlier rank.
 */
function queuedMerges(bytes: Uint8Array, start: number, end: number, rankOf: RankOf, onSteps?: OnSteps): number {
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

/** A priority queue of numbers, smallest first: a heap with four children to a node, faster here than with two. */
export class MergeQueue {
  readonly #heap: Float64Array;
  readonly #onSteps: OnSteps | undefined;
  #size = 0;

  /** `capacity` is the most numbers that the queue ever holds at one time. */
  constructor(capacity: number, onSteps?: OnSteps) {
    this.#heap = new Float64Array(capacity);
    this.#onSteps = onSteps;
  }

  /** Adds a number. */
  push(key: number): void {
    const heap = this.#heap;
    let at = this.#size++;
    while (at > 0) {
      const parent = floor((at - 1) / children);
      const above = heap[parent] ?? 0;
      this.#onSteps?.(1);
      if (above <= key) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = key;
  }

  /** Takes out the smallest number; `undefined` when there is none. */
  pop(): number | undefined {
    if (this.#size === 0) return undefined;
    const heap = this.#heap;
    const smallest = heap[0];
    const key = heap[--this.#size] ?? 0;
    let at = 0;
    for (;;) {
      const child = this.#smallestChild(at);
      const below = heap[child] ?? 0;
      if (child === at || below >= key) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = key;
    return smallest;
  }

  /** The place of the smallest number below `at`, or `at` itself at a leaf. */
  #smallestChild(at: number): number {
    const heap = this.#heap;
    const first = children * at + 1;
    const past = min(first + children, this.#size);
    if (first >= past) return at;
    this.#onSteps?.(past - first);
    let smallest = first;
    let least = heap[first] ?? 0;
    for (let child = first + 1; child < past; child++) {
      const key = heap[child] ?? 0;
      if (key >= least) continue;
      smallest = child;
      least = key;
    }
    return smallest;
  }
}
