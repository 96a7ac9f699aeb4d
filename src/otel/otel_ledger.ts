import type { Ledger, LedgerEntry } from "../ledger/entry.js";

/** Calls as OpenTelemetry's GenAI metrics, with dollars. */
export class OtelLedger implements Ledger {
  record(_entry: LedgerEntry): void {}
}
