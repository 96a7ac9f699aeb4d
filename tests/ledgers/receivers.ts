import type { LedgerEntry } from "../../src/ledger/entry.js";
import type { WireRequest } from "../support/wire_request.js";
import { entry } from "../ledger/entries.js";

/** A call that has just begun, since receivers take no old ones. */
export function call(id: string, more: Partial<LedgerEntry> = {}): LedgerEntry {
  const startedAt = new Date().toISOString();
  return entry({ id, runId: id, user: "cus_ann", startedAt, endedAt: startedAt, ...more });
}

/** The fields of a form, in their order. */
export function formOf({ text }: WireRequest): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

/** What a promise rejects with, in words. */
export async function wordsOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "it did not fail";
}
