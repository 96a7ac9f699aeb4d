import type { UsageMetadata } from "@langchain/core/messages";
import { isAnswered, mayHaveCost, type Call } from "../../../transport/call.js";
import { estimateTexts } from "../../../usage/estimate.js";
import { toUsage } from "../../../base/usage.js";
import type { UsageEstimate, UsageSource } from "../../../usage/usage.js";

/** The texts of a request, each as it is read: a model that compares two reads both. */
export interface SentTexts {
  texts: readonly string[];
  /** The most tokens that the model adds to each. @default what models of embeddings add */
  mostPerText?: number;
}

/** What a request used, and where the figure is from. */
export interface TextSpend {
  usage: UsageMetadata;
  usage_source: UsageSource;
  usage_estimate?: UsageEstimate;
}

/**
 * The server's figure where it covers all attempts that may have been charged; else ours, with a flag and bounds.
 * @param reported the server's figure for the last attempt
 * @param problem what went wrong; absent where an answer came
 */
export async function spendOf(
  { attempts }: Call,
  { texts, mostPerText }: SentTexts,
  reported: UsageMetadata | undefined,
  problem?: string,
): Promise<TextSpend> {
  const spent = attempts.filter(mayHaveCost);
  const lost = spent.filter((attempt) => !isAnswered(attempt)).length;
  const uncounted = spent.length - lost - (reported === undefined ? 0 : 1);
  if (reported && lost + uncounted <= 0) return { usage: reported, usage_source: "server" };
  const one = await estimateTexts(texts, mostPerText);
  const before = reported?.input_tokens ?? 0;
  const isLikely = uncounted > 0 || reported === undefined;
  const least = uncounted > 0 && problem === undefined ? one.low : 0;
  const reason = problem ?? (reported ? "an attempt was lost on the way" : "the server reported no usage");
  const usage_estimate: UsageEstimate = {
    reason,
    inputTokens: [before + least, before + (lost + Math.max(0, uncounted)) * one.high],
    outputTokens: [0, 0],
    cachedInputTokens: [0, 0],
    ...(one.method === "o200k" ? {} : { method: one.method }),
  };
  return { usage: toUsage(before + (isLikely ? one.tokens : 0), 0), usage_source: "estimated", usage_estimate };
}
