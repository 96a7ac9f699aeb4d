import { tokenCount } from "../base/counts.js";
import { fieldsOf, itemsOf, nonEmpty } from "../base/json.js";
import type { EntryBounds, EntryUsage, EntryTokens, UsageBounds } from "../ledger/entry.js";
import type { UsageNotes } from "../ledger/noted.js";
import type { MoreCounts } from "../pricing/units.js";
import { moreCounts, whyNotCredible, type UsageLike } from "../pricing/usage_buckets.js";
import { saysNothing, type Reading } from "./spellings/spelled.js";

/** What a call reported of its usage. */
export interface UsageReport extends UsageNotes {
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

/**
 * What a reading says, checked. Counts that are all 0 are how classes write that nothing was said; where one of the two is
 * missing, the figure is no bill.
 */
export function toReport(reading: Reading, source: EntryUsage["source"] = "server"): UsageReport {
  const { usage: spelled, assumptions, warnings, atLeast } = reading;
  if (spelled === undefined || saysNothing(spelled)) return {};
  const { input_tokens: input, output_tokens: output } = spelled;
  const usage = { ...spelled, input_tokens: input ?? 0, output_tokens: output ?? 0 };
  const problem = whyNotCredible(usage, isTokenCount);
  if (problem !== undefined) return { problem };
  const report: UsageReport = { usage: toUsage(usage), source, assumptions, warnings, atLeast };
  if (source === "estimated") return { ...report, estimate: unbounded(usage, "the model's class estimated it") };
  if (input !== undefined && output !== undefined && input !== 0) return report;
  const missing = input === 0 ? "no input tokens were reported" : "one of the two counts was not reported";
  return { ...report, source: "estimated", estimate: unbounded(usage, missing) };
}

/** Usage in the ledger's terms. */
export function toEntryTokens(usage: UsageLike): EntryTokens {
  const { cache_read, cache_creation } = usage.input_token_details ?? {};
  const { reasoning } = usage.output_token_details ?? {};
  // Not spread: that takes longer than all the rest.
  const tokens: EntryTokens = { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens };
  if (cache_read !== undefined) tokens.cachedInputTokens = cache_read;
  if (cache_creation !== undefined) tokens.cacheWriteTokens = cache_creation;
  if (reasoning !== undefined) tokens.reasoningTokens = reasoning;
  const units = Object.entries(moreCounts(usage) ?? NO_UNITS).filter(([, count]) => count !== undefined && count > 0);
  if (units.length > 0) tokens.units = Object.fromEntries(units);
  return tokens;
}

const NO_UNITS: MoreCounts = {};

/** Reports are held to what can be added up exactly. */
function isTokenCount(count: unknown): boolean {
  return tokenCount(count) !== undefined;
}

/** A copy: other handlers may change theirs. */
function toUsage(usage: Readonly<Record<string, unknown>>): UsageLike {
  // Checked by whyNotCredible; details of other kinds ride along unchanged.
  const { input_tokens, output_tokens, input_token_details, output_token_details, units } =
    usage as unknown as UsageLike;
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
    ...(units === undefined ? {} : { units: { ...units } }),
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
