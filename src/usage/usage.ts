import type { UsageMetadata } from "@langchain/core/messages";
import { addUsage } from "../base/usage.js";
import type { Bounds } from "./bounds.js";

/** Where a figure comes from: the server's own count, or ours. */
export type UsageSource = "server" | "estimated";

/** How sure an estimate is. Rides in `response_metadata.usage_estimate`. */
export interface UsageEstimate {
  /** Why the server's figure is missing. */
  reason: string;
  inputTokens: Bounds;
  outputTokens: Bounds;
  /** How many input tokens came from the cache where the call cost least, and where it cost most. @default all, and none */
  cachedInputTokens?: readonly [ofLeast: number, ofMost: number];
  /**
   * What our own count was made by where it was not worth its time, or there was none: a sample of the texts, or their
   * length alone. The bounds hold for both. @default the o200k vocabulary, over all of the text
   */
  method?: "sample" | "bytes";
}

/** Counts of which one may be missing. */
export interface PartialUsage {
  /** The prompt's tokens. */
  input_tokens?: number;
  /** The answer's tokens. */
  output_tokens?: number;
  /** Parts of the prompt's tokens. */
  input_token_details?: UsageMetadata["input_token_details"];
}

/** Usage of one request by that of its choices, each of which counts the whole prompt. */
export function usageOfChoices([first, ...others]: readonly UsageMetadata[]): UsageMetadata | undefined {
  if (first === undefined) return undefined;
  const { output_tokens, output_token_details } = others.reduce(addUsage, first);
  const usage = { ...first, output_tokens, total_tokens: first.input_tokens + output_tokens };
  return output_token_details === undefined ? usage : { ...usage, output_token_details };
}
