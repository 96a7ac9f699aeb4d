/**
 * SHA-256 (FIPS 180-4) as hexadecimal digits, at once and on every runtime: Web Crypto answers later only, `node:crypto` is
 * not everywhere, and what core 1.4 exports under this name gives other digits.
 */
export function sha256(text: string): string {
  const state = [...START];
  const words = new Int32Array(64);
  const blocks = padded(new TextEncoder().encode(text));
  for (let at = 0; at < blocks.byteLength; at += BLOCK) addBlock(state, blocks, at, words);
  return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

/** Bytes to a block. */
const BLOCK = 64;

/** The bytes, a 1, as many zeros as it takes, and the length in bits. */
function padded(bytes: Uint8Array): DataView {
  const length = Math.ceil((bytes.length + 9) / BLOCK) * BLOCK;
  const all = new Uint8Array(length);
  all.set(bytes);
  all[bytes.length] = 0x80;
  const view = new DataView(all.buffer);
  view.setUint32(length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(length - 4, (bytes.length * 8) >>> 0);
  return view;
}

function addBlock(state: number[], blocks: DataView, from: number, words: Int32Array): void {
  for (let at = 0; at < 16; at++) words[at] = blocks.getInt32(from + 4 * at);
  for (let at = 16; at < 64; at++) {
    const [before, last] = [words[at - 15] ?? 0, words[at - 2] ?? 0];
    const s0 = turn(before, 7) ^ turn(before, 18) ^ (before >>> 3);
    const s1 = turn(last, 17) ^ turn(last, 19) ^ (last >>> 10);
    words[at] = (words[at - 16] ?? 0) + s0 + (words[at - 7] ?? 0) + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let at = 0; at < 64; at++) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const one = (h + s1 + ((e & f) ^ (~e & g)) + (ROUNDS[at] ?? 0) + (words[at] ?? 0)) | 0;
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, at) => (state[at] = ((state[at] ?? 0) + word) | 0));
}

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/** The first 32 bits behind the point of the roots of the first primes, which is how the standard finds its numbers. */
const PRIMES = firstPrimes(64);
const START = PRIMES.slice(0, 8).map((prime) => bitsBehindPoint(Math.sqrt(prime)));
const ROUNDS = Int32Array.from(PRIMES, (prime) => bitsBehindPoint(Math.cbrt(prime)));

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate++)
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  return primes;
}

function bitsBehindPoint(root: number): number {
  return Math.floor((root % 1) * 2 ** 32) | 0;
}
