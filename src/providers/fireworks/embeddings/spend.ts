import type { UsageMetadata } from "@langchain/core/messages";
import { isAnswered, mayHaveCost, type Call } from "../../../transport/call.js";
import { countTextTokens } from "../../../usage/estimate.js";
import { toUsage } from "../../../base/usage.js";
import type { UsageEstimate, UsageSource } from "../../../usage/usage.js";

/** Tokens that a model adds to each text, at most. */
const MARKERS_PER_TEXT = 8;
/** No tokenizer in use makes fewer than one token of so many characters of ordinary text. */
const MOST_CHARACTERS_PER_TOKEN = 32;

/** What a request for embeddings used, and where the figure is from. */
export interface EmbeddingSpend {
  usage: UsageMetadata;
  usage_source: UsageSource;
  usage_estimate?: UsageEstimate;
}

/**
 * The server's figure where it covers all attempts that may have been charged; else ours, with a flag and bounds.
 * @param reported the server's figure for the last attempt
 * @param problem what went wrong; absent where the vectors came
 */
export async function spendOf(
  { attempts }: Call,
  texts: readonly string[],
  reported: UsageMetadata | undefined,
  problem?: string,
): Promise<EmbeddingSpend> {
  const spent = attempts.filter(mayHaveCost);
  const lost = spent.filter((attempt) => !isAnswered(attempt)).length;
  const uncounted = spent.length - lost - (reported === undefined ? 0 : 1);
  if (reported && lost + uncounted <= 0) return { usage: reported, usage_source: "server" };
  const one = await countTexts(texts);
  const before = reported?.input_tokens ?? 0;
  const isLikely = uncounted > 0 || reported === undefined;
  const least = uncounted > 0 && problem === undefined ? one.low : 0;
  const reason = problem ?? (reported ? "an attempt was lost on the way" : "the server reported no usage");
  const usage_estimate: UsageEstimate = {
    reason,
    inputTokens: [before + least, before + (lost + Math.max(0, uncounted)) * one.high],
    outputTokens: [0, 0],
    cachedInputTokens: [0, 0],
  };
  return { usage: toUsage(before + (isLikely ? one.tokens : 0), 0), usage_source: "estimated", usage_estimate };
}

/** Our own count of some texts, with figures that contain the server's. */
async function countTexts(texts: readonly string[]): Promise<{ tokens: number; low: number; high: number }> {
  const sum = { tokens: 0, low: 0, high: 0 };
  for (const text of texts) {
    sum.tokens += await countTextTokens(text);
    sum.low += Math.floor(text.length / MOST_CHARACTERS_PER_TOKEN);
    // Byte-level vocabularies make at most one token of a byte.
    sum.high += Buffer.byteLength(text) + MARKERS_PER_TEXT;
  }
  return sum;
}
