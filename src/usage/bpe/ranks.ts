import { atOnce, inSteps } from "./in_steps.js";

/** All tokens of an encoding: number `i` has the bytes from `starts[i]` to `starts[i + 1]` and the rank `ranks[i]`. */
export interface Tokens {
  bytes: Uint8Array;
  starts: Uint32Array;
  ranks: Uint32Array;
  count: number;
}

/** What a `RankOf` says of bytes that are no token. */
export const NO_RANK = -1;

/** Says the rank of the token that the bytes from `start` to `end` are: the lower, the earlier it is merged. */
export type RankOf = (bytes: Uint8Array, start: number, end: number) => number;

const hashPrime = 0x01000193;
// Kept here because a look-up of a global is slow in a vm context, such as jest's.
const { imul } = Math;

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = imul(hash ^ (bytes[at] ?? 0), hashPrime);
  return hash ^ (hash >>> 15);
}

/** An open-addressing table, at most half full: a slot holds a token's index plus one, or zero when it is free. */
function* hashTable({ bytes, starts, count }: Tokens): Generator<void, Int32Array> {
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * count + 1)));
  const mask = slots.length - 1;
  yield* inSteps(count, (from, to) => {
    for (let token = from; token < to; token++) {
      let slot = hashOf(bytes, starts[token] ?? 0, starts[token + 1] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = token + 1;
    }
  });
  return slots;
}

function longest({ starts, count }: Tokens): number {
  let most = 0;
  for (let token = 0; token < count; token++) most = Math.max(most, (starts[token + 1] ?? 0) - (starts[token] ?? 0));
  return most;
}

/** Makes the look-up of an encoding's tokens at once: see `rankTableInSteps`. */
export function rankTable(tokens: Tokens): RankOf {
  return atOnce(rankTableInSteps(tokens));
}

/**
 * Makes the look-up of an encoding's tokens. Flat arrays are built in a tenth of the time that
 * js-tiktoken's `Map` with a key per token takes, and looking up part of a longer array allocates nothing.
 */
export function* rankTableInSteps(tokens: Tokens): Generator<void, RankOf> {
  const { bytes: known, starts, ranks } = tokens;
  const slots = yield* hashTable(tokens);
  const mask = slots.length - 1;
  const limit = longest(tokens);

  function isToken(token: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = starts[token] ?? 0;
    if ((starts[token + 1] ?? 0) - from !== end - start) return false;
    for (let at = start; at < end; at++) if (bytes[at] !== known[from + at - start]) return false;
    return true;
  }

  return (bytes, start, end) => {
    if (end - start > limit) return NO_RANK;
    for (let slot = hashOf(bytes, start, end) & mask; ; slot = (slot + 1) & mask) {
      const token = (slots[slot] ?? 0) - 1;
      if (token < 0) return NO_RANK;
      if (isToken(token, bytes, start, end)) return ranks[token] ?? NO_RANK;
    }
  };
}
