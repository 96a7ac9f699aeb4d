import type { UsageMetadata } from "@langchain/core/messages";

/** Where a figure comes from: the server's own count, or ours. */
export type UsageSource = "server" | "estimated";

/** Two figures that must contain the true one; `undefined` above when nothing bounds it. */
export type Bounds = readonly [low: number, high: number | undefined];

/** How sure an estimate is. Rides in `response_metadata.usage_estimate`. */
export interface UsageEstimate {
  /** Why the server's figure is missing. */
  reason: string;
  inputTokens: Bounds;
  outputTokens: Bounds;
  /** How many input tokens came from the cache where the call cost least, and where it cost most. @default all, and none */
  cachedInputTokens?: readonly [ofLeast: number, ofMost: number];
}

/** Counts of which one may be missing. */
export interface PartialUsage {
  input_tokens?: number;
  output_tokens?: number;
  input_token_details?: UsageMetadata["input_token_details"];
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

/** The sum over the requests of one run. A detail is known only if some request reported it. */
export function addUsage(a: UsageMetadata | undefined, b: UsageMetadata): UsageMetadata {
  if (a === undefined) return b;
  const sum = (x: number | undefined, y: number | undefined) =>
    x === undefined && y === undefined ? undefined : (x ?? 0) + (y ?? 0);
  return toUsage(a.input_tokens + b.input_tokens, a.output_tokens + b.output_tokens, {
    cacheRead: sum(a.input_token_details?.cache_read, b.input_token_details?.cache_read),
    cacheCreation: sum(a.input_token_details?.cache_creation, b.input_token_details?.cache_creation),
    reasoning: sum(a.output_token_details?.reasoning, b.output_token_details?.reasoning),
  });
}

/** Usage of one request by that of its choices, each of which counts the whole prompt. */
export function usageOfChoices([first, ...others]: readonly UsageMetadata[]): UsageMetadata | undefined {
  if (first === undefined) return undefined;
  const { output_tokens, output_token_details } = others.reduce(addUsage, first);
  const usage = { ...first, output_tokens, total_tokens: first.input_tokens + output_tokens };
  return output_token_details === undefined ? usage : { ...usage, output_token_details };
}

/** A token count as servers send it: `undefined` for anything that is not a whole number of at least 0. */
export function tokenCount(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
