import { beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Tiktoken } from "js-tiktoken/lite";
import cl100k from "js-tiktoken/ranks/cl100k_base";
import o200k from "js-tiktoken/ranks/o200k_base";
import type { CountTokens } from "../../src/usage/bpe/count.js";
import { loadCl100k } from "../../src/usage/origin/cl100k.js";
import { loadTokenizer } from "../../src/usage/tokenizer.js";

type Encoding = "o200k_base" | "cl100k_base";

const rankFiles = { o200k_base: o200k, cl100k_base: cl100k };
const encodings: Encoding[] = ["o200k_base", "cl100k_base"];

/** Text, tokens in o200k_base, tokens in cl100k_base. */
const literals: [string, number, number][] = [
  ["", 0, 0],
  ["a", 1, 1],
  ["hello world", 2, 2],
  ["Hello, World!", 4, 4],
  ["who are you", 3, 3],
  ["I'm llama2", 3, 4],
  ["<|endoftext|>", 7, 7],
  ["<|im_start|>user", 7, 7],
  ["don't DON'T Don'T", 4, 6],
  ["1234567 12", 5, 5],
  ["HTTPServerError", 3, 2],
  ["a  b   c\n\n  d \n", 9, 9],
  ["路上有很多人，今天天气很好。", 11, 17],
  ["👩‍👩‍👧‍👦🏳️‍🌈", 17, 27],
  ["\ud83d x \ude00", 3, 3],
  ["e\u0301 n\u0303", 4, 5],
  ["!!!\n\n//x", 3, 3],
  ["½Ⅷ٣४५६", 7, 11],
  ["\u00a0\u3000\ufeff\u2028x", 5, 6],
  ["'S'ſ 'll've", 6, 7],
  ["ǅ ʰ ＡＢ ｱ", 10, 12],
  ["a".repeat(100), 13, 13],
  [" ".repeat(300), 3, 3],
  ["=".repeat(90), 2, 2],
];

const samples: [string, string][] = [
  [
    "TypeScript",
    'export const sum = (xs: readonly number[]): number =>\n  xs.reduce((a, b) => a + b, 0); // O(n)\n\tif (x !== "y") {\r\n\t}\n',
  ],
  [
    "Python",
    "class HTTPError(Exception):\n    def __init__(self, *args, **kwargs):\n        super().__init__(f'{args!r}')\n\n\n",
  ],
  [
    "Markdown",
    "# Tides\n\n* one\n* **two** _three_\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```sh\nls -la ./src/*.ts\n```\n",
  ],
  [
    "JSON",
    JSON.stringify(
      { id: "chatcmpl-123", usage: { prompt_tokens: 92, cost: 1.25e-6 }, list: [null, true, -1] },
      null,
      2,
    ),
  ],
  ["Chinese", "潮汐是由月球和太阳的引力引起的海水周期性涨落。每天有两次高潮和两次低潮，其高度随月相变化。"],
  ["Japanese", "東京タワーは1958年に完成した電波塔で、ﾊﾝｶｸも混ざる。"],
  ["Arabic and Hindi", "المد والجزر ظاهرة طبيعية. ज्वार-भाटा चंद्रमा के कारण होता है।"],
  ["accents and case", "Ça va? ÀÉÎ naïve STRASSE straße İstanbul ΑΒΓ αβγ McDonald'S O'Neill's"],
  ["emoji", "👍🏽 ok 👨‍👩‍👧 flags 🇨🇳🇧🇷 ❤️‍🔥 1️⃣"],
  ["URL and hash", "https://example.com/a/b?c=d&e=%20f#g 0x9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"],
];

/** Characters of every class that the patterns tell apart, the rare ones as likely as the common ones. */
const classes =
  "aZzé ſßÀǅʰ好ｱ\u0301\u0903\u20e37½٣Ⅷ'’sSreVELldtm!/-_=<>|😀𝐀𝒷𝟘\u{1f1e8}\ud800\udc00\n\r\t \u00a0\u3000\ufeff\u2028\u0085\u200b\0";
const mixed = fc
  .array(fc.constantFrom(...Array.from(classes), "'s", "'LL", "\r\n", "  ", "<|endoftext|>"), { maxLength: 40 })
  .map((parts) => parts.join(""));
const anyText = fc.string({ unit: "binary", maxLength: 40 });
const longRuns = fc
  .tuple(fc.constantFrom("ab", "etaoin", "好是不", " ", "=-", "\n ", "😀😁", "A"), fc.integer({ min: 65, max: 160 }))
  .chain(([alphabet, length]) =>
    fc.array(fc.constantFrom(...Array.from(alphabet)), { minLength: length, maxLength: length }),
  )
  .map((parts) => parts.join(""));

describe.each(encodings)("tokens in %s", (encoding) => {
  let count: CountTokens;
  let reference: (text: string) => number;

  beforeAll(async () => {
    count = encoding === "o200k_base" ? (await loadTokenizer()).count : await loadCl100k();
    const tiktoken = new Tiktoken(rankFiles[encoding]);
    reference = (text) => tiktoken.encode(text, [], []).length;
  });

  it.each(literals)("counts %j", (text, inO200k, inCl100k) => {
    expect(count(text)).toBe(encoding === "o200k_base" ? inO200k : inCl100k);
  });

  it.each(samples)("counts %s as js-tiktoken does", (_, text) => {
    expect(count(text)).toBe(reference(text));
  });

  it.each([
    ["text of every kind of character", mixed, 500],
    ["any sequence of UTF-16 units", anyText, 300],
    ["runs too long to scan", longRuns, 40],
  ])("counts %s as js-tiktoken does", (_, texts, numRuns) => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(count(text)).toBe(reference(text));
      }),
      { numRuns },
    );
  });

  it("counts each half of a pair alone as U+FFFD", () => {
    expect(count("x\ud83dy\ude00z")).toBe(count("x\ufffdy\ufffdz"));
  });
});

describe("loading", () => {
  it("builds each tokenizer once", async () => {
    const [first, second] = await Promise.all([loadTokenizer(), loadTokenizer()]);
    expect(first).toBe(second);
    expect(first.method).toBe("o200k");
    expect(await loadCl100k()).toBe(await loadCl100k());
  });
});
