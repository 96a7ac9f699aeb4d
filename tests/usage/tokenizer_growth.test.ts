import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import cl100k from "js-tiktoken/ranks/cl100k_base";
import o200k from "js-tiktoken/ranks/o200k_base";
import { type EncodingRules, readPieces } from "../../src/usage/bpe/count.js";
import { LONGEST_PIECE } from "../../src/usage/bpe/steps.js";
import { charClasses, cl100kPieceEnd, o200kPieceEnd } from "../../src/usage/bpe/pieces.js";
import { rankTable } from "../../src/usage/bpe/ranks.js";
import { decodeTokens } from "../../src/usage/origin/cl100k.js";

const classOf = charClasses();
const encodings: [string, EncodingRules][] = [
  ["o200k_base", { pieceEnd: o200kPieceEnd, classOf, rankOf: rankTable(decodeTokens(o200k.bpe_ranks)) }],
  ["cl100k_base", { pieceEnd: cl100kPieceEnd, classOf, rankOf: rankTable(decodeTokens(cl100k.bpe_ranks)) }],
];

/**
 * Characters classified, pairs looked at, tokens looked up and queue entries compared while a text is counted, and the work
 * that this is said to be.
 */
function costOf(text: string, rules: EncodingRules): { steps: number; work: number } {
  let steps = 0;
  const counted = (point: number) => {
    steps++;
    return rules.classOf(point);
  };
  const { work } = readPieces(text, text.length, { ...rules, classOf: counted }, (more) => {
    steps += more;
  });
  return { steps, work };
}

function randomText(units: fc.Arbitrary<string>): (length: number) => string {
  return (length) => fc.sample(units, { numRuns: length, seed: 7 }).join("");
}

const length = 5_000;
const repeated = [
  "a",
  "A",
  " ",
  "\n",
  " \n",
  "\t ",
  "好",
  "😀",
  "!",
  "'",
  "'s",
  "a\u0301",
  "\u0301",
  "\u0301A",
  "好A",
  "Aa",
  "!\n/",
  "7",
  "\ud83d",
  " x",
];
const inputs: [string, (length: number) => string][] = [
  ...repeated.map((unit): [string, (length: number) => string] => [
    JSON.stringify(unit),
    (n) => unit.repeat(n / unit.length),
  ]),
  ["one capital run after a Han letter", (n) => `好${"A".repeat(n)}`],
  ["spaces before a word", (n) => `${" ".repeat(n)}x`],
  ["random letters", randomText(fc.integer({ min: 0x61, max: 0x7a }).map((point) => String.fromCharCode(point)))],
  [
    "random Han letters",
    randomText(fc.integer({ min: 0x4e00, max: 0x9fff }).map((point) => String.fromCharCode(point))),
  ],
  ["random UTF-16", randomText(fc.string({ unit: "binary", minLength: 1, maxLength: 1 }))],
];

describe.each(encodings)("the work of counting in %s", (_, rules) => {
  it.each(inputs)("doubles with the length of %s", (_name, make) => {
    const { steps: once } = costOf(make(length), rules);
    const { steps: twice } = costOf(make(2 * length), rules);
    expect(once).toBeGreaterThan(length / 4);
    expect(twice / once).toBeLessThan(2.3);
  });

  it.each(inputs)("is not more than it is said to be for %s", (_name, make) => {
    const { steps, work } = costOf(make(2 * LONGEST_PIECE), rules);
    expect(steps / work).toBeLessThan(25);
  });
});
