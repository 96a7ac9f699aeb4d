import { inSteps } from "./in_steps.js";
import type { Tokens } from "./ranks.js";

/**
 * The tokens of a vocabulary by what they are merged from, in the order of their ranks. `scripts/ranks/pack.ts` writes it.
 *
 * After the single bytes each token is two earlier ones, `left` and `right`, as their ranks. Low ranks are far more common,
 * so a rank is written like a floating-point number: a class of 64 in one digit, and as many further bits as the class says.
 * The classes stand apart, since a compressor finds something in them and nothing in the bits.
 */
export interface PackedTokens {
  /** The single bytes in the order of their ranks, in hexadecimal digits. */
  bytes: string;
  /** One digit of `DIGITS` for each token: the class of its left part. */
  left: string;
  /** The class of its right part. */
  right: string;
  /** The further bits of left and right in turn, six to a digit. */
  bits: string;
}

/** The digits of base 64, lowest first. */
export const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BITS_PER_DIGIT = 6;
/** A class is the place of the leading bit, and the two bits after it. */
const LEADING = 4;

/** The class of a rank, and how many further bits it has. */
export function rankClass(rank: number): { digit: number; bits: number } {
  const bits = 29 - Math.clz32(rank + LEADING);
  return { digit: bits * LEADING + (((rank + LEADING) >> bits) & (LEADING - 1)), bits };
}

/** Unpacks a vocabulary, in time linear in its bytes, step by step. */
export function* unpackTokens(packed: PackedTokens): Generator<void, Tokens> {
  const first = packed.bytes.length / 2;
  const count = first + packed.left.length;
  const parts = yield* readParts(packed);
  const starts = new Uint32Array(count + 1);
  const ranks = new Uint32Array(count);
  yield* inSteps(count, (from, to) => {
    for (let token = from; token < to; token++) {
      ranks[token] = token;
      const part = 2 * (token - first);
      const length = token < first ? 1 : lengthOf(starts, parts[part] ?? 0) + lengthOf(starts, parts[part + 1] ?? 0);
      starts[token + 1] = (starts[token] ?? 0) + length;
    }
  });
  const bytes = new Uint8Array(starts[count] ?? 0);
  for (let token = 0; token < first; token++) {
    bytes[token] = Number.parseInt(packed.bytes.slice(2 * token, 2 * token + 2), 16);
  }
  yield* inSteps(parts.length / 2, (from, to) =>
    join(bytes, starts[first + from] ?? 0, starts, parts.subarray(2 * from, 2 * to)),
  );
  return { bytes, starts, ranks, count };
}

function lengthOf(starts: Uint32Array, token: number): number {
  return (starts[token + 1] ?? 0) - (starts[token] ?? 0);
}

/** Writes one token after the other as the bytes of its parts. */
function join(bytes: Uint8Array, start: number, starts: Uint32Array, parts: Uint32Array): void {
  let end = start;
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] ?? 0;
    const to = starts[part + 1] ?? 0;
    for (let at = starts[part] ?? 0; at < to; at++) bytes[end++] = bytes[at] ?? 0;
  }
}

/** The ranks of the left and the right part of each token, in turn. */
function* readParts(packed: PackedTokens): Generator<void, Uint32Array> {
  const parts = new Uint32Array(2 * packed.left.length);
  const reader = new PartReader(packed);
  yield* inSteps(parts.length, (from, to) => reader.read(parts, from, to));
  return parts;
}

class PartReader {
  readonly #digitOf = new Uint8Array(128);
  #read = 0;
  #held = 0;
  #holds = 0;

  constructor(private readonly packed: PackedTokens) {
    for (let digit = 0; digit < DIGITS.length; digit++) this.#digitOf[DIGITS.charCodeAt(digit)] = digit;
  }

  read(parts: Uint32Array, from: number, to: number): void {
    const { left, right, bits } = this.packed;
    const digitOf = this.#digitOf;
    let read = this.#read;
    let held = this.#held;
    let holds = this.#holds;
    for (let part = from; part < to; part++) {
      const digit = digitOf[(part % 2 === 0 ? left : right).charCodeAt(part >> 1)] ?? 0;
      const needs = digit >> 2;
      while (holds < needs) {
        held = (held << BITS_PER_DIGIT) | (digitOf[bits.charCodeAt(read++)] ?? 0);
        holds += BITS_PER_DIGIT;
      }
      holds -= needs;
      parts[part] = ((LEADING | (digit & (LEADING - 1))) << needs) + (held >> holds) - LEADING;
      held &= (1 << holds) - 1;
    }
    this.#read = read;
    this.#held = held;
    this.#holds = holds;
  }
}
