import { ns } from "@langchain/core/errors";
import { MeteredError, type MeteredErrorFields } from "../base/errors.js";

/** Where a bill cannot be read. */
export interface BillErrorFields extends MeteredErrorFields {
  /** The line of the file at which reading ended, counted from 1. */
  line?: number | undefined;
  /** The currency of an amount, where it is not USD. */
  currency?: string | undefined;
}

/** What was to be compared is no bill, is torn, or is in another currency than USD. */
export class BillError extends ns.sub("metered").brand(MeteredError, "bill") {
  override readonly name = "BillError";
  /** Of the file, from 1, where one is at fault. */
  readonly line?: number;
  /** That of the bill, where it is not USD. */
  readonly currency?: string;

  /** @param fields - `line`: where the bill is torn; the message begins with it */
  constructor(message: string, fields: BillErrorFields = {}) {
    super(fields.line === undefined ? message : `Line ${fields.line} of the bill: ${message}`, fields);
    if (fields.line !== undefined) this.line = fields.line;
    if (fields.currency !== undefined) this.currency = fields.currency;
  }
}
