import type { Random } from "./random.js";

const WORDS =
  "the tide moon water rises because gravity pulls twice a day and falls again under wind coast ship harbour night".split(
    " ",
  );
const UNICODE = [
  "潮汐",
  "なぜ",
  "مدّ",
  "прилив",
  "🌊",
  "👩‍🔬",
  "é",
  "ǅ",
  "ﷺ",
  "नमस्ते",
  "한국어",
  "\u0000",
  "😀😀",
  "ᚠ",
  "a\u0301",
];
const CODE = [
  "function tide(moon) {",
  "\n    ",
  "return ",
  "moon.pull * ",
  "2;",
  "\n}",
  "\n\t\t",
  "if (a === b) ",
  "// ------------",
  '{"key": [1, 2.5, null]}',
  "==================",
];

type Maker = (random: Random, size: number) => string;

const words: Maker = (random, size) => Array.from({ length: size }, () => random.pick(WORDS)).join(" ");
const unicode: Maker = (random, size) =>
  Array.from({ length: size }, () => random.pick(random.chance(0.3) ? WORDS : UNICODE)).join(random.pick(["", " "]));
const code: Maker = (random, size) => Array.from({ length: size }, () => random.pick(CODE)).join("");
const noise: Maker = (random, size) =>
  Buffer.from(Array.from({ length: size }, () => random.int(0, 255))).toString("base64");
const blank: Maker = (random, size) =>
  `${" ".repeat(size * random.int(1, 40))}${random.pick(["", "\n", "-".repeat(size * 20)])}`;

const MAKERS: readonly [maker: Maker, weight: number][] = [
  [words, 6],
  [unicode, 3],
  [code, 3],
  [noise, 1],
  [blank, 1],
];

/** A text in some script or language, of about so many words. */
export function randomText(random: Random, size: number): string {
  const [make] = random.weighted(MAKERS, ([, weight]) => weight);
  return make(random, Math.max(1, size));
}

const SIZES: readonly [least: number, most: number, weight: number][] = [
  [1, 12, 6],
  [10, 80, 3],
  [200, 2_000, 0.4],
];

/** How many words a text has: mostly few, now and then very many. */
export function randomSize(random: Random): number {
  const [least, most] = random.weighted(SIZES, ([, , weight]) => weight);
  return random.int(least, most);
}
