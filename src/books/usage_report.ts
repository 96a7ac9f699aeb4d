import { tokenCount } from "../base/counts.js";
import { fieldsOf, itemsOf, nonEmpty } from "../base/json.js";
import type { EntryBounds, EntryUsage, EntryTokens, UsageBounds } from "../ledger/entry.js";
import { whyNotCredible, type UsageLike } from "../pricing/usage_buckets.js";
import { spelledEstimate, spelledUsage, type SpelledUsage } from "./usage_spellings.js";

/** What a call reported of its usage. */
export interface UsageReport {
  /** Absent when nothing credible was reported. */
  usage?: UsageLike;
  source?: EntryUsage["source"];
  estimate?: UsageBounds;
  /** Why a report was refused. */
  problem?: string;
}

/** The usage that a message reports, if it does. Counts that no server can mean are refused. */
export function usageOfMessage(message: unknown): UsageReport {
  const { usage_metadata, response_metadata } = fieldsOf(message);
  if (usage_metadata === undefined || usage_metadata === null) return {};
  const usage = fieldsOf(usage_metadata);
  const problem = whyNotCredible(usage, isTokenCount);
  if (problem !== undefined) return { problem };
  const metadata = fieldsOf(response_metadata);
  const isEstimate = metadata.usage_source === "estimated";
  const report: UsageReport = { usage: toUsage(usage), source: isEstimate ? "estimated" : "server" };
  if (isEstimate) report.estimate = estimateOf(metadata.usage_estimate) ?? unbounded(usage, "the usage was estimated");
  return report;
}

/** The same for an answer that was cut short and does not say how sure its figure is: no more than what was seen. */
export function usageOfPartial(message: unknown): UsageReport {
  const report = usageOfMessage(message);
  const isFlagged = nonEmpty(fieldsOf(fieldsOf(message).response_metadata).usage_source) !== undefined;
  if (report.usage === undefined || isFlagged) return report;
  return { ...report, source: "estimated", estimate: unbounded(fieldsOf(report.usage), "the call was cut short") };
}

/** The same for a message on its own, which may be of a class that reports in `response_metadata` only. */
export function usageOfAnswer(message: unknown): UsageReport {
  const report = usageOfMessage(message);
  const isReported = report.usage !== undefined || report.problem !== undefined;
  const spelled = isReported ? undefined : spelledUsage(fieldsOf(message).response_metadata);
  return spelled === undefined ? report : fromSpelled(spelled, "server");
}

/** The usage of an answer whose messages have no `usage_metadata`: classes of models put it in other places too. */
export function usageOfOutput(output: unknown, generations: readonly unknown[]): UsageReport[] {
  const { llmOutput } = fieldsOf(output);
  const spelled = spelledUsage(llmOutput);
  if (spelled !== undefined) return [fromSpelled(spelled, "server")];
  const ofEach = generations.flatMap((generation) => spelledUsageOf(generation) ?? []);
  if (ofEach.length > 0) return ofEach.map((usage) => fromSpelled(usage, "server"));
  const estimate = spelledEstimate(llmOutput);
  return estimate === undefined ? [] : [fromSpelled(estimate, "estimated")];
}

function spelledUsageOf(generation: unknown): SpelledUsage | undefined {
  const { generationInfo, message } = fieldsOf(generation);
  return spelledUsage(generationInfo) ?? spelledUsage(fieldsOf(message).response_metadata);
}

/** Where one of the two counts is missing, the figure is no bill. */
function fromSpelled(spelled: SpelledUsage, source: EntryUsage["source"]): UsageReport {
  const { input_tokens: input, output_tokens: output } = spelled;
  const usage = { ...spelled, input_tokens: input ?? 0, output_tokens: output ?? 0 };
  const problem = whyNotCredible(usage, isTokenCount);
  if (problem !== undefined) return { problem };
  const report: UsageReport = { usage: toUsage(usage), source };
  if (source === "estimated") return { ...report, estimate: unbounded(usage, "the model's class estimated it") };
  if (input !== undefined && output !== undefined) return report;
  const estimate = unbounded(usage, "one of the two counts was not reported");
  return { ...report, source: "estimated", estimate };
}

/** Usage in the ledger's terms. */
export function toEntryTokens(usage: UsageLike): EntryTokens {
  const { cache_read, cache_creation } = usage.input_token_details ?? {};
  const { reasoning } = usage.output_token_details ?? {};
  return {
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
    ...(cache_read === undefined ? {} : { cachedInputTokens: cache_read }),
    ...(cache_creation === undefined ? {} : { cacheWriteTokens: cache_creation }),
    ...(reasoning === undefined ? {} : { reasoningTokens: reasoning }),
  };
}

/** Reports are held to what can be added up exactly. */
function isTokenCount(count: unknown): boolean {
  return tokenCount(count) !== undefined;
}

/** A copy: other handlers may change theirs. */
function toUsage(usage: Readonly<Record<string, unknown>>): UsageLike {
  // Checked by whyNotCredible; details of other kinds ride along unchanged.
  const { input_tokens, output_tokens, input_token_details, output_token_details } = usage as unknown as UsageLike;
  return {
    input_tokens,
    output_tokens,
    total_tokens: input_tokens + output_tokens,
    ...(input_token_details === undefined || input_token_details === null
      ? {}
      : { input_token_details: { ...input_token_details } }),
    ...(output_token_details === undefined || output_token_details === null
      ? {}
      : { output_token_details: { ...output_token_details } }),
  };
}

function estimateOf(value: unknown): UsageBounds | undefined {
  const { reason, inputTokens, outputTokens, cachedInputTokens } = fieldsOf(value);
  const input = boundsOf(inputTokens);
  const output = boundsOf(outputTokens);
  if (input === undefined || output === undefined) return undefined;
  const [ofLeast, ofMost] = itemsOf(cachedInputTokens).map(tokenCount);
  return {
    reason: nonEmpty(reason) ?? "the usage was estimated",
    inputTokens: input,
    outputTokens: output,
    ...(ofLeast === undefined || ofMost === undefined ? {} : { cachedInputTokens: [ofLeast, ofMost] }),
  };
}

function boundsOf(value: unknown): EntryBounds | undefined {
  const [low, high] = itemsOf(value).map(tokenCount);
  return low === undefined ? undefined : [low, high ?? null];
}

/** Bounds of what was counted at least. */
export function unbounded(usage: { input_tokens?: unknown; output_tokens?: unknown }, reason: string): UsageBounds {
  const { input_tokens, output_tokens } = usage;
  return {
    reason,
    inputTokens: [tokenCount(input_tokens) ?? 0, null],
    outputTokens: [tokenCount(output_tokens) ?? 0, null],
  };
}
