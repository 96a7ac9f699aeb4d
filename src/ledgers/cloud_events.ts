import type { Ledger, LedgerEntry } from "../ledger/entry.js";

/** Calls as CloudEvents, for OpenMeter and its like. */
export class CloudEventsLedger implements Ledger {
  record(_entry: LedgerEntry): void {}
}
