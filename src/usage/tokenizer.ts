import { charClasses } from "./bpe/char_class.js";
import { cl100kPieceEnd, o200kPieceEnd, type PieceEnd } from "./bpe/pieces.js";
import { type Encoding, loadBpeRanks } from "./bpe/rank_files.js";
import { rankTable } from "./bpe/rank_table.js";
import { textTokens } from "./bpe/text_tokens.js";

export type { Encoding } from "./bpe/rank_files.js";

/** Counts tokens offline: as many as js-tiktoken's `encode(text, [], [])` gives, in time n log n on any text. */
export interface Tokenizer {
  readonly encoding: Encoding;
  /** The number of tokens; a lone surrogate counts as U+FFFD, the name of a special token as text. */
  count(text: string): number;
}

const pieceEnds: Record<Encoding, PieceEnd> = { o200k_base: o200kPieceEnd, cl100k_base: cl100kPieceEnd };
const loading = new Map<Encoding, Promise<Tokenizer>>();

async function build(encoding: Encoding): Promise<Tokenizer> {
  const ranks = await loadBpeRanks(encoding);
  const rules = { pieceEnd: pieceEnds[encoding], classOf: charClasses(), rankOf: rankTable(ranks) };
  return { encoding, count: (text) => textTokens(text, rules) };
}

/**
 * Loads a tokenizer, once per process and encoding; a failed load is tried again by the next call.
 * @default "o200k_base"
 * @throws {ConfigurationError} for an encoding that is not known here.
 */
export async function loadTokenizer(encoding: Encoding = "o200k_base"): Promise<Tokenizer> {
  const known = loading.get(encoding);
  if (known) return known;
  const built = build(encoding);
  loading.set(encoding, built);
  built.catch(() => loading.delete(encoding));
  return built;
}
