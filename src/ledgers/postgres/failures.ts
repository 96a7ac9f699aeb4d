import { MeteredError } from "../../base/errors.js";
import { codeOf } from "../../stores/postgres/query.js";

/** Data that cannot be, a constraint or a trigger that refuses it, more than the server can hold in a value. */
const REFUSALS = new Set(["22", "23", "54", "P0"]);
/** Names and rights that are wrong, a role or a database that is not let in: it stays so until somebody changes it. */
const LASTING = new Set(["28", "3D", "3F", "42"]);
const NO_TABLE = "42P01";

/** Whether it is an entry that the server refuses, and would refuse again. */
export function isRefusal(error: unknown): boolean {
  return REFUSALS.has(codeOf(error)?.slice(0, 2) ?? "");
}

/** Whether asking again does not help. A table that was dropped is made again. */
export function isLasting(error: unknown): boolean {
  const code = codeOf(error) ?? "";
  return MeteredError.isInstance(error) || (code !== NO_TABLE && LASTING.has(code.slice(0, 2)));
}

/** What an error says. */
export function messageOf(error: unknown): string {
  // Where several addresses were tried, Node's own error has no words.
  if (error instanceof AggregateError && error.message === "") return error.errors.map(messageOf).join(", ");
  return error instanceof Error ? error.message : String(error);
}

/** So many entries. */
export function entriesOf(count: number): string {
  return count === 1 ? "1 entry" : `${count} entries`;
}
