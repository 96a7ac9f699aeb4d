/**
 * Reads providers' bills, and compares a ledger with them.
 * @module langchain-metered/bill
 */
export { BILL_FORMATS, type Bill, type BillFormat, type BillLine } from "./bill/bill_line.js";
export { BillError, type BillErrorFields } from "./bill/bill_error.js";
export type { Cause, CauseKind } from "./bill/causes.js";
export type { ComparedModel } from "./bill/compare.js";
export { fireworksBill, type FireworksBillInput } from "./bill/fireworks_bill.js";
export { parseBill, readBill, type ReadBillOptions } from "./bill/read_bill.js";
export { reconcile, type Reconciliation, type ReconcileOptions } from "./bill/reconcile.js";
export type { BillSource } from "./bill/records.js";
export type { SidesOptions } from "./bill/sides.js";
