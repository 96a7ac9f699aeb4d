import type { EntryCostStatus, EntryUsage, LedgerEntry } from "../ledger/entry.js";
import { fieldsOf, type Json } from "../base/json.js";
import { RUN_ID } from "../seam/run_link.js";

/** What a trace's metadata says of a call beside its tokens and dollars: plain values that filters find, as the ledger's entry has them. */
export interface TraceMetadata {
  /** Leads to the entry, for whoever has nothing but the metadata. */
  [RUN_ID]: string;
  /** Whether the server counted the tokens. Absent where there are none. */
  metered_usage_source?: EntryUsage["source"];
  metered_cost_status: EntryCostStatus;
  /** The two figures that contain the true cost, in USD. Each absent where nothing bounds it. */
  metered_cost_low_usd?: string;
  metered_cost_high_usd?: string;
  metered_price_row?: string;
  metered_unpriced_reason?: string;
  /** LangSmith shows a run with it as interrupted, and not as failed. */
  ls_is_error_interrupt?: true;
}

/** What an entry says to a trace. */
export function toTraceMetadata({ runId, usage, cost, outcome }: LedgerEntry): TraceMetadata {
  const { status, lowUsd, highUsd, row, reason } = cost;
  const metadata: TraceMetadata = { [RUN_ID]: runId, metered_cost_status: status };
  if (usage !== undefined) metadata.metered_usage_source = usage.source;
  if (row !== null) metadata.metered_price_row = row;
  // Books may count it as zero, which bounds nothing.
  if (status === "unpriced") metadata.metered_unpriced_reason = reason;
  else {
    if (lowUsd !== null) metadata.metered_cost_low_usd = lowUsd;
    if (highUsd !== null) metadata.metered_cost_high_usd = highUsd;
  }
  if (outcome === "aborted") metadata.ls_is_error_interrupt = true;
  return metadata;
}

/** Whether somebody said already what a call cost: of the handlers of one call, the first that knows has the word. */
export function saysCost(metadata: unknown): boolean {
  const { metered_cost_status: status } = fieldsOf(metadata);
  return status !== undefined && status !== "unpriced";
}

/** All that may have been said before by a handler that knew less. */
const SAID = [
  "metered_usage_source",
  "metered_cost_low_usd",
  "metered_cost_high_usd",
  "metered_price_row",
  "metered_unpriced_reason",
] satisfies (keyof TraceMetadata)[];

/** Writes into metadata; nothing of what was said before stays beside it. */
export function describeIn(metadata: Json, said: TraceMetadata): void {
  for (const name of SAID) if (name in metadata) delete metadata[name];
  Object.assign(metadata, said);
}
