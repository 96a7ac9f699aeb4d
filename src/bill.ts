/** The entry point `langchain-metered/bill`: reads providers' bills, and compares a ledger with them. */
export type { Bill, BillLine } from "./bill/bill.js";
export { reconcile, type Reconciliation } from "./bill/reconcile.js";
