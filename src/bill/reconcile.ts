import type { LedgerEntry } from "../ledger/entry.js";
import type { Bill } from "./bill.js";

/** How ledger and bill compare. */
export interface Reconciliation {
  ok: boolean;
}

export function reconcile(_entries: Iterable<LedgerEntry>, _bill: Bill): Reconciliation {
  return { ok: true };
}
