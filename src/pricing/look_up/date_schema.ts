import * as z from "zod/mini";
import { dateStart, dayStart } from "./dates.js";

/** A day, such as `2026-09-01`. */
export function daySchema() {
  return z.string().check(z.refine((value) => dayStart(value) !== undefined, 'not a day such as "2026-09-01"'));
}

/** A day, or an instant as `Date.toISOString` writes it. */
export function dateSchema() {
  return z
    .string()
    .check(
      z.refine((value) => dateStart(value) !== undefined, 'not a day such as "2026-09-01", nor an instant in UTC'),
    );
}
