import type { Ledger, LedgerEntry } from "../ledger/entry.js";

/** Calls as meter events of Stripe's. */
export class StripeMeterLedger implements Ledger {
  record(_entry: LedgerEntry): void {}
}
