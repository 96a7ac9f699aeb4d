import type { UsageMetadata } from "@langchain/core/messages";

/** Counts of one request or of several, from whichever side of the seam. */
export interface Counts {
  input_tokens: number;
  output_tokens: number;
  input_token_details?: { cache_read?: number; cache_creation?: number };
  output_token_details?: { reasoning?: number };
}

/** Usage with its total, and with details only where they are known. */
export function toUsage(
  input: number,
  output: number,
  details: { cacheRead?: number; cacheCreation?: number; reasoning?: number } = {},
): UsageMetadata {
  const usage: UsageMetadata = { input_tokens: input, output_tokens: output, total_tokens: input + output };
  const { cacheRead, cacheCreation, reasoning } = details;
  if (cacheRead !== undefined || cacheCreation !== undefined) {
    usage.input_token_details = {
      ...(cacheRead === undefined ? {} : { cache_read: cacheRead }),
      ...(cacheCreation === undefined ? {} : { cache_creation: cacheCreation }),
    };
  }
  if (reasoning !== undefined) usage.output_token_details = { reasoning };
  return usage;
}

/** The sum of the usage of several requests. A detail is known only if some request reported it. */
export function addUsage(a: Counts | undefined, b: Counts): UsageMetadata {
  if (a === undefined) return { ...b, total_tokens: b.input_tokens + b.output_tokens };
  return toUsage(a.input_tokens + b.input_tokens, a.output_tokens + b.output_tokens, {
    cacheRead: sum(a.input_token_details?.cache_read, b.input_token_details?.cache_read),
    cacheCreation: sum(a.input_token_details?.cache_creation, b.input_token_details?.cache_creation),
    reasoning: sum(a.output_token_details?.reasoning, b.output_token_details?.reasoning),
  });
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
}
