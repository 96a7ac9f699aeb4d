import { disarmed } from "./disarmed.js";
import type { LedgerEntry } from "./entry.js";

type Cell = string | number | null | undefined;

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
 */
export function toCsv(entries: Iterable<LedgerEntry>): string {
  const lines = [COLUMNS.map(([name]) => name).join(",")];
  for (const entry of entries) lines.push(COLUMNS.map(([, cell]) => toCell(cell(entry))).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

/** What else was counted, such as `inputAudio=2000;webSearch=3`. */
function unitsOf(usage: LedgerEntry["usage"]): string | undefined {
  if (usage?.units === undefined) return undefined;
  return Object.entries(usage.units)
    .map(([unit, count]) => `${unit}=${count}`)
    .join(";");
}

function toCell(value: Cell): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "number") return String(value);
  const text = disarmed(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
