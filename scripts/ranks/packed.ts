import type { Tokens } from "../../src/usage/bpe/ranks.js";
import { DIGITS, rankClass, type PackedTokens } from "../../src/usage/bpe/unpack.js";

const ROUNDS = 6;
const BITS_PER_DIGIT = 6;
const LEADING = 4;

type Pair = readonly [left: number, right: number];

/** Packs a vocabulary whose ranks are 0, 1, 2, ..., with the single bytes first. */
export function packTokens({ bytes, starts, ranks, count }: Tokens): PackedTokens {
  const texts: string[] = [];
  for (let token = 0; token < count; token++) {
    texts[ranks[token] ?? 0] = Buffer.from(bytes.subarray(starts[token], starts[token + 1])).toString("latin1");
  }
  const singles = texts.filter((text) => text.length === 1).length;
  const pairs = cheapest(splitsOf(texts, singles));
  return {
    bytes: Buffer.from(texts.slice(0, singles).join(""), "latin1").toString("hex"),
    left: pairs.map(([left]) => DIGITS[rankClass(left).digit]).join(""),
    right: pairs.map(([, right]) => DIGITS[rankClass(right).digit]).join(""),
    bits: bitsOf(pairs.flat()),
  };
}

/** For each token all pairs of earlier ones that make it. */
function splitsOf(texts: readonly string[], singles: number): Pair[][] {
  const rankOf = new Map(texts.map((text, rank) => [text, rank]));
  return texts.slice(singles).map((text, index) => {
    const pairs: Pair[] = [];
    for (let at = 1; at < text.length; at++) {
      const left = rankOf.get(text.slice(0, at));
      const right = rankOf.get(text.slice(at));
      if (left !== undefined && right !== undefined && Math.max(left, right) < index + singles)
        pairs.push([left, right]);
    }
    return pairs;
  });
}

/** The pair of each token that takes the fewest bits, given how common each class is among the pairs of the round before. */
function cheapest(splits: readonly Pair[][]): Pair[] {
  let chosen: Pair[] = splits.map(([pair]) => {
    if (pair === undefined) throw new Error("A token is not made of two earlier ones.");
    return pair;
  });
  for (let round = 0; round < ROUNDS; round++) {
    const ofLeft = costs(chosen.map(([left]) => left));
    const ofRight = costs(chosen.map(([, right]) => right));
    const costOf = ([left, right]: Pair) => ofLeft(left) + ofRight(right);
    chosen = splits.map((pairs) => pairs.reduce((best, pair) => (costOf(pair) < costOf(best) ? pair : best)));
  }
  return chosen;
}

function costs(ranks: readonly number[]): (rank: number) => number {
  const seen = DIGITS.split("").map(() => 1);
  for (const rank of ranks) {
    const { digit } = rankClass(rank);
    seen[digit] = (seen[digit] ?? 0) + 1;
  }
  const bits = seen.map((times) => -Math.log2(times / ranks.length));
  return (rank) => {
    const found = rankClass(rank);
    return (bits[found.digit] ?? 0) + found.bits;
  };
}

function bitsOf(ranks: readonly number[]): string {
  let held = "";
  for (const rank of ranks) {
    const { bits } = rankClass(rank);
    if (bits > 0) held += ((rank + LEADING) & ((1 << bits) - 1)).toString(2).padStart(bits, "0");
  }
  const whole = held.padEnd(Math.ceil(held.length / BITS_PER_DIGIT) * BITS_PER_DIGIT, "0");
  return (whole.match(/.{6}/g) ?? []).map((digit) => DIGITS[Number.parseInt(digit, 2)]).join("");
}
