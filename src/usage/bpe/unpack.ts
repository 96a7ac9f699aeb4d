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

/** Unpacks a vocabulary, in time linear in its bytes. */
export function unpackTokens(packed: PackedTokens): Tokens {
  const first = packed.bytes.length / 2;
  const count = first + packed.left.length;
  const parts = readParts(packed);
  const starts = new Uint32Array(count + 1);
  const ranks = new Uint32Array(count);
  let end = 0;
  for (let token = 0; token < count; token++) {
    const part = 2 * (token - first);
    ranks[token] = token;
    end += token < first ? 1 : lengthOf(starts, parts[part] ?? 0) + lengthOf(starts, parts[part + 1] ?? 0);
    starts[token + 1] = end;
  }
  const bytes = new Uint8Array(end);
  for (let token = 0; token < first; token++) {
    bytes[token] = Number.parseInt(packed.bytes.slice(2 * token, 2 * token + 2), 16);
  }
  join(bytes, first, starts, parts);
  return { bytes, starts, ranks, count };
}

function lengthOf(starts: Uint32Array, token: number): number {
  return (starts[token + 1] ?? 0) - (starts[token] ?? 0);
}

/** Writes one token after the other as the bytes of its parts. */
function join(bytes: Uint8Array, first: number, starts: Uint32Array, parts: Uint32Array): void {
  let end = first;
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] ?? 0;
    const to = starts[part + 1] ?? 0;
    for (let at = starts[part] ?? 0; at < to; at++) bytes[end++] = bytes[at] ?? 0;
  }
}

/** The ranks of the left and the right part of each token, in turn. */
function readParts({ left, right, bits }: PackedTokens): Uint32Array {
  const digitOf = new Uint8Array(128);
  for (let digit = 0; digit < DIGITS.length; digit++) digitOf[DIGITS.charCodeAt(digit)] = digit;
  const parts = new Uint32Array(2 * left.length);
  let read = 0;
  let held = 0;
  let holds = 0;
  for (let part = 0; part < parts.length; part++) {
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
  return parts;
}
