import { MeteredError } from "../../base/errors.js";
import { loadOnce } from "../../base/once.js";
import { counterOf } from "../bpe/count.js";
import { cl100kPieceEnd } from "../bpe/pieces.js";
import type { Tokens } from "../bpe/ranks.js";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const space = 0x20;
/** The fewest characters of a token in base64, with the space before it. */
const minTokenChars = 5;
const byteValues = 256;

function sextets(): Int8Array {
  return Int8Array.from({ length: 128 }, (_, code) => alphabet.indexOf(String.fromCharCode(code)));
}

/** Decodes one line: `<prefix> <rank of its first token> <base64> <base64> ...`. */
function decodeLine(line: string, tokens: Tokens, sextetOf: Int8Array): void {
  const [prefix = "", rank = ""] = line.split(" ", 2);
  const firstRank = Number.parseInt(rank, 10);
  const firstToken = tokens.count;
  let end = tokens.starts[firstToken] ?? 0;
  let bits = 0;
  let held = 0;
  for (let at = prefix.length + rank.length + 2; at <= line.length; at++) {
    const code = at < line.length ? line.charCodeAt(at) : space;
    if (code === space) {
      tokens.ranks[tokens.count] = firstRank + tokens.count - firstToken;
      tokens.starts[++tokens.count] = end;
      bits = 0;
      continue;
    }
    const sextet = sextetOf[code] ?? -1;
    if (sextet < 0) continue; // padding
    held = (held << 6) | sextet;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    tokens.bytes[end++] = held >>> bits;
  }
}

/** Without a rank for each byte value some text would lose tokens silently. */
function countsEveryByte({ bytes, starts, count }: Tokens): boolean {
  const single = new Set<number | undefined>();
  for (let token = 0; token < count; token++) {
    const start = starts[token] ?? 0;
    if ((starts[token + 1] ?? 0) - start === 1) single.add(bytes[start]);
  }
  return single.size === byteValues;
}

/**
 * Decodes the `bpe_ranks` of a js-tiktoken rank file.
 * @throws {MeteredError} when it does not have a token for each of the 256 byte values: the format is another one.
 */
export function decodeTokens(bpeRanks: string): Tokens {
  const most = Math.ceil(bpeRanks.length / minTokenChars);
  const tokens: Tokens = {
    bytes: new Uint8Array(bpeRanks.length),
    starts: new Uint32Array(most + 1),
    ranks: new Uint32Array(most),
    count: 0,
  };
  const sextetOf = sextets();
  for (const line of bpeRanks.split("\n")) if (line !== "") decodeLine(line, tokens, sextetOf);
  if (!countsEveryByte(tokens)) {
    throw new MeteredError(
      "The rank data of `js-tiktoken` is in no known format: some bytes have no token. Install `js-tiktoken@^1.0.21`.",
    );
  }
  return {
    bytes: tokens.bytes.slice(0, tokens.starts[tokens.count]),
    starts: tokens.starts.slice(0, tokens.count + 1),
    ranks: tokens.ranks.slice(0, tokens.count),
    count: tokens.count,
  };
}

function field(value: unknown, name: "default" | "bpe_ranks"): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/**
 * Finds `bpe_ranks` in what an import of a rank file gave: the default export of the module, which another module
 * system may have wrapped once more or not at all.
 * @throws {MeteredError} when it is nowhere.
 */
export function bpeRanksOf(module: unknown): string {
  const outer = field(module, "default");
  for (const candidate of [module, outer, field(outer, "default")]) {
    const ranks = field(candidate, "bpe_ranks");
    if (typeof ranks === "string") return ranks;
  }
  throw new MeteredError("A rank file of `js-tiktoken` has no `bpe_ranks`. Install `js-tiktoken@^1.0.21`.");
}

/** The vocabulary that the formula counts by, loaded by the first call: the file has 1.1 MB. */
export const loadCl100k = /* @__PURE__ */ loadOnce(async () => {
  const ranks = bpeRanksOf(await import("js-tiktoken/ranks/cl100k_base"));
  return counterOf(decodeTokens(ranks), cl100kPieceEnd);
});
