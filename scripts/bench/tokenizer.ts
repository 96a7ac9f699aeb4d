/**
 * Time and memory of token counting, for one encoding and one implementation in one fresh process:
 *
 *     npx tsx --expose-gc scripts/bench/tokenizer.ts ours o200k_base
 *     npx tsx --expose-gc scripts/bench/tokenizer.ts js-tiktoken o200k_base
 *
 * js-tiktoken is given ordinary text only: 200,000 times the same letter would take it hours.
 */
type Encoding = "o200k_base" | "cl100k_base";
type Count = (text: string) => number;

async function loadOurs(encoding: Encoding): Promise<Count> {
  if (encoding === "cl100k_base") return (await import("../../src/usage/origin/cl100k.js")).loadCl100k();
  return (await (await import("../../src/usage/tokenizer.js")).loadTokenizer()).count;
}

async function loadTheirs(encoding: Encoding): Promise<Count> {
  const { Tiktoken } = await import("js-tiktoken/lite");
  const { default: ranks } = await (encoding === "o200k_base"
    ? import("js-tiktoken/ranks/o200k_base")
    : import("js-tiktoken/ranks/cl100k_base"));
  const tiktoken = new Tiktoken(ranks);
  return (text) => tiktoken.encode(text, [], []).length;
}

function heldMb(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
}

/** Numbers below `limit` from a linear congruential generator: the same in every run. */
function randomPoints(length: number, from: number, limit: number): string {
  let state = 1;
  let text = "";
  for (let i = 0; i < length; i++) {
    state = (state * 48271) % 2147483647;
    text += String.fromCodePoint(from + (state % limit));
  }
  return text;
}

function print(label: string, value: number, unit: string): void {
  process.stdout.write(`${label.padEnd(28)}${value.toFixed(1).padStart(9)} ${unit}\n`);
}

function time(label: string, count: Count, text: string): void {
  for (const turn of ["first", "again"]) {
    const begun = performance.now();
    count(text);
    print(`${label}, ${turn}`, performance.now() - begun, "ms");
  }
}

const [, , implementation = "ours", name = "o200k_base"] = process.argv;
const encoding: Encoding = name === "cl100k_base" ? "cl100k_base" : "o200k_base";
const ours = implementation === "ours";

const heldBefore = heldMb();
const begun = performance.now();
const count = await(ours ? loadOurs(encoding) : loadTheirs(encoding));
print(`${implementation} ${encoding}: load`, performance.now() - begun, "ms");
print("held", heldMb() - heldBefore, "MB");

const sentence = "The spring tide of the 14th wasn't high: 4.2 m at Dover (see `tides.ts`), so we sailed. ";
time("English, 100k", count, sentence.repeat(1200).slice(0, 100_000));
if (ours) {
  for (const unit of ["a", " ", "好", "😀"]) time(`${JSON.stringify(unit)}, 200k`, count, unit.repeat(200_000));
  time("random letters, 200k", count, randomPoints(200_000, 0x61, 26));
  time("random Han letters, 200k", count, randomPoints(200_000, 0x4e00, 20_000));
  time("random code points, 200k", count, randomPoints(200_000, 0, 0x20000));
}
