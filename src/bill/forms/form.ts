import type { Json } from "../../base/json.js";
import type { BillFormat, BillLine } from "../bill_line.js";

/** A form of bills: how it is recognised, and what its records say. */
export interface BillForm {
  format: BillFormat;
  /** Whose bills have it; absent where each line says so. */
  provider?: string;
  /** The columns, or fields of each JSON object, that only this form has: all those of one of the lists. */
  columns: readonly (readonly string[])[];
  /**
   * The lines in one record; none where it is no charge for the use of a model.
   * @throws BillError where a field is not what it must be
   */
  read(fields: Readonly<Json>): BillLine[];
  /**
   * Of a form that may have the same dollars by several dimensions: which one a record is of, the best is 0.
   * @throws BillError for a dimension that is not known
   */
  rank?(fields: Readonly<Json>): number;
}

/** Whether a record has the columns of a form. */
export function hasColumns({ columns }: BillForm, fields: Readonly<Json>): boolean {
  return columns.some((names) => names.every((name) => Object.hasOwn(fields, name)));
}
