import type { LedgerEntry } from "./entry.js";

/** What the calls cost, as FOCUS has it, and the calls that have no cost to be written there. */
export interface FocusCsv {
  csv: string;
  unpriced: LedgerEntry[];
}

export function toFocusCsv(entries: Iterable<LedgerEntry>): FocusCsv {
  return { csv: "", unpriced: [...entries] };
}
