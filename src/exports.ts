/**
 * What calls cost in the forms of others: FOCUS, CloudEvents, Stripe's meter events.
 * @module langchain-metered/exports
 */
export { FocusTable, toFocusCsv, type FocusCsv, type FocusOptions, type FocusVersion } from "./ledger/focus.js";
export { CloudEventsLedger, type CloudEventsLedgerOptions } from "./ledgers/cloud_events.js";
export type { Fetch, SenderOptions } from "./ledgers/options.js";
export { StripeMeterLedger, type StripeMeterLedgerOptions } from "./ledgers/stripe_meter.js";
