import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import cl100k from "js-tiktoken/ranks/cl100k_base";
import o200k from "js-tiktoken/ranks/o200k_base";
import { charClasses, cl100kPieceEnd, o200kPieceEnd, type PieceEnd } from "../../src/usage/bpe/pieces.js";

const classOf = charClasses();

function piecesOf(text: string, pieceEnd: PieceEnd): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = pieceEnd(text, start, classOf);
    if (end <= start) throw new Error(`no progress at ${start}`);
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}

/** The first place where two lists differ; comparing a million strings with `toEqual` takes minutes. */
function firstDifference(actual: string[], expected: string[]): { actual?: string; expected?: string } | undefined {
  const length = Math.max(actual.length, expected.length);
  for (let i = 0; i < length; i++) {
    if (actual[i] !== expected[i]) return { actual: actual[i], expected: expected[i] };
  }
  return undefined;
}

const alphabet = Array.from("aZéſǅʰ好\u0301\u09037½Ⅷ's!/-😀𝐀𝒷𝟘\ud800\n\r\t \u00a0\ufeff\u0085");
const text = fc
  .array(fc.constantFrom(...alphabet, "'", "'re", "'Ll", " ", "\n", "A", "\u0301", "\udc00"), { maxLength: 60 })
  .map((parts) => parts.join(""));

describe.each<[string, PieceEnd, string]>([
  ["o200k_base", o200kPieceEnd, o200k.pat_str],
  ["cl100k_base", cl100kPieceEnd, cl100k.pat_str],
])("pieces of %s", (_, pieceEnd, pattern) => {
  const matched = (input: string) => input.match(new RegExp(pattern, "gu")) ?? [];

  it("are what the pattern matches, in text of every kind of character", () => {
    fc.assert(
      fc.property(text, (input) => {
        expect(piecesOf(input, pieceEnd)).toEqual(matched(input));
      }),
      { numRuns: 5000 },
    );
  });

  it("keep to the pattern's contractions, in every case", () => {
    const pairs = Array.from("aesrvltmdESRVLTMDſ").flatMap((a) => Array.from("aelELſ").map((b) => `'${a}${b}`));
    for (const pair of pairs) {
      const input = `he${pair} HE${pair}x ${pair} 7${pair.slice(0, 2)}`;
      expect(piecesOf(input, pieceEnd)).toEqual(matched(input));
    }
  });

  it("are what the pattern matches around every code point", () => {
    let input = "";
    for (let point = 0; point <= 0x10ffff; point++) {
      input += `${String.fromCodePoint(point)}a`;
      if (point % 0x1000 === 0xfff) {
        expect(firstDifference(piecesOf(input, pieceEnd), matched(input))).toBeUndefined();
        input = "";
      }
    }
    expect(input).toBe("");
  });

  it.each(["a", "A", "好", "\u0301", "!", " ", "\n"])("take a run of eight million %j whole", (unit) => {
    const run = unit.repeat(8_000_000);
    expect(pieceEnd(run, 0, classOf)).toBe(run.length);
  });
});
