/** The entry point `langchain-metered/exports`: what calls cost in the forms of others: FOCUS, CloudEvents, Stripe's meter events. */
export { toFocusCsv, type FocusCsv } from "./ledger/focus.js";
export { CloudEventsLedger } from "./ledgers/cloud_events.js";
export { StripeMeterLedger } from "./ledgers/stripe_meter.js";
