import type { LedgerEntry } from "./entry.js";

/**
 * What two entries have in common where they are of one call: its id, when it began and ended, and what answered what. The id alone
 * does not tell, since a client may choose the id of its runs and always choose the same. The cost is left out: an entry that
 * was priced anew is still of the same call.
 */
export function callKey({ id, startedAt, endedAt, outcome, provider, modelRequested, usage }: LedgerEntry): string {
  const times = [Date.parse(startedAt), Date.parse(endedAt)];
  return JSON.stringify([id, ...times, outcome, provider, modelRequested, usage?.inputTokens, usage?.outputTokens]);
}
