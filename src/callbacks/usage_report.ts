import type { EntryBounds, EntryUsage, UsageBounds } from "../ledger/entry.js";
import type { UsageLike } from "../pricing/usage_buckets.js";
import { fieldsOf, isCount, itemsOf, textOf } from "./untyped.js";

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
  const problem = whyNotCredible(usage);
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
  const isFlagged = textOf(fieldsOf(fieldsOf(message).response_metadata).usage_source) !== undefined;
  if (report.usage === undefined || isFlagged) return report;
  return { ...report, source: "estimated", estimate: unbounded(fieldsOf(report.usage), "the call was cut short") };
}

/** Usage in the older place, for models that set only that. */
export function usageOfOutput(llmOutput: unknown): UsageReport {
  const { tokenUsage, estimatedTokenUsage } = fieldsOf(llmOutput);
  const report = fromTokenUsage(tokenUsage, "server");
  return report.usage === undefined && report.problem === undefined
    ? fromTokenUsage(estimatedTokenUsage, "estimated")
    : report;
}

function fromTokenUsage(value: unknown, source: EntryUsage["source"]): UsageReport {
  const { promptTokens, completionTokens } = fieldsOf(value);
  if (promptTokens === undefined && completionTokens === undefined) return {};
  const usage = { input_tokens: promptTokens ?? 0, output_tokens: completionTokens ?? 0 };
  const problem = whyNotCredible(usage);
  if (problem !== undefined) return { problem };
  const report: UsageReport = { usage: toUsage(usage), source };
  if (source === "estimated") report.estimate = unbounded(usage, "the model's class estimated it");
  return report;
}

function whyNotCredible(usage: Readonly<Record<string, unknown>>): string | undefined {
  const input = fieldsOf(usage.input_token_details);
  const output = fieldsOf(usage.output_token_details);
  const counts = {
    input_tokens: usage.input_tokens,
    output_tokens: usage.output_tokens,
    cache_read: input.cache_read ?? 0,
    cache_creation: input.cache_creation ?? 0,
    reasoning: output.reasoning ?? 0,
  };
  for (const [name, count] of Object.entries(counts)) {
    if (!isCount(count)) return `the usage is not credible: \`${name}\` is \`${String(count).slice(0, 40)}\``;
  }
  return undefined;
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
  const [ofLeast, ofMost] = itemsOf(cachedInputTokens);
  return {
    reason: textOf(reason) ?? "the usage was estimated",
    inputTokens: input,
    outputTokens: output,
    ...(isCount(ofLeast) && isCount(ofMost) ? { cachedInputTokens: [ofLeast, ofMost] } : {}),
  };
}

function boundsOf(value: unknown): EntryBounds | undefined {
  const [low, high] = itemsOf(value);
  if (!isCount(low)) return undefined;
  return [low, isCount(high) ? high : null];
}

function unbounded(usage: Readonly<Record<string, unknown>>, reason: string): UsageBounds {
  const input = isCount(usage.input_tokens) ? usage.input_tokens : 0;
  const output = isCount(usage.output_tokens) ? usage.output_tokens : 0;
  return { reason, inputTokens: [input, null], outputTokens: [output, null] };
}
