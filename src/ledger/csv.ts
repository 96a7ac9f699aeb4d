import { csvFile, csvLine, type Cell } from "./csv_line.js";
import { checkEntries, checkEntry } from "./check_entry.js";
import type { LedgerEntry } from "./entry.js";

const COLUMNS: readonly (readonly [name: string, cell: (entry: LedgerEntry) => Cell])[] = [
  ["id", ({ id }) => id],
  ["startedAt", ({ startedAt }) => startedAt],
  ["endedAt", ({ endedAt }) => endedAt],
  ["latencyMs", ({ latencyMs }) => latencyMs],
  ["serverMs", ({ serverMs }) => serverMs],
  ["timeToFirstTokenMs", ({ timeToFirstTokenMs }) => timeToFirstTokenMs],
  ["outcome", ({ outcome }) => outcome],
  ["errorType", ({ errorType }) => errorType],
  ["provider", ({ provider }) => provider],
  ["modelRequested", ({ modelRequested }) => modelRequested],
  ["modelServed", ({ modelServed }) => modelServed],
  ["tier", ({ tier }) => tier],
  ["inputTokens", ({ usage }) => usage?.inputTokens],
  ["cachedInputTokens", ({ usage }) => usage?.cachedInputTokens],
  ["cacheWriteTokens", ({ usage }) => usage?.cacheWriteTokens],
  ["outputTokens", ({ usage }) => usage?.outputTokens],
  ["reasoningTokens", ({ usage }) => usage?.reasoningTokens],
  ["usageSource", ({ usage }) => usage?.source],
  ["costUsd", ({ cost }) => cost.usd],
  ["lowUsd", ({ cost }) => cost.lowUsd],
  ["highUsd", ({ cost }) => cost.highUsd],
  ["costStatus", ({ cost }) => cost.status],
  ["priceRow", ({ cost }) => cost.row],
  ["priceCheckedOn", ({ cost }) => cost.checkedOn],
  ["runId", ({ runId }) => runId],
  ["parentRunId", ({ parentRunId }) => parentRunId],
  ["traceId", ({ traceId }) => traceId],
  ["threadId", ({ threadId }) => threadId],
  ["agent", ({ agent }) => agent],
  ["node", ({ node }) => node],
  ["user", ({ user }) => user],
  ["session", ({ session }) => session],
  ["tags", ({ tags }) => tags.join(";")],
  ["units", ({ usage }) => unitsOf(usage)],
  ["responseId", ({ responseId }) => responseId],
];

/**
 * Entries as CSV (RFC 4180) with a header. What is not known is an empty cell. What a spreadsheet
 * would run as a formula gets a `'` in front: a text, and each part of one that is a cell of its own where cells end at `;`.
 * @throws ConfigurationError for what are no entries
 */
export function toCsv(entries: Iterable<LedgerEntry>): string {
  checkEntries(entries);
  const lines = [CSV_HEADER];
  for (const entry of entries) lines.push(csvLineOf(entry));
  return csvFile(lines);
}

/** The first line of `toCsv`. */
export const CSV_HEADER = csvLine(COLUMNS.map(([name]) => name));

/** An entry's line: for ledgers that do not fit into memory. */
export function csvLineOf(entry: LedgerEntry): string {
  checkEntry(entry);
  return csvLine(COLUMNS.map(([, cell]) => cell(entry)));
}

/** What else was counted, such as `inputAudio=2000;webSearch=3`. */
function unitsOf(usage: LedgerEntry["usage"]): string | undefined {
  if (usage?.units === undefined) return undefined;
  return Object.entries(usage.units)
    .map(([unit, count]) => `${unit}=${count}`)
    .join(";");
}
