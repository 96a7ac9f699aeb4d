import { disarmed } from "./disarmed.js";

/** What a cell of CSV holds; nothing where that is not known. */
export type Cell = string | number | null | undefined;

/** Between two lines of CSV. */
export const LINE_END = "\r\n";

/**
 * Cells as one line of CSV (RFC 4180), without its end. What a spreadsheet would run as a formula gets a `'` in front: a text, and
 * each part of one that is a cell of its own where cells end at `;`.
 */
export function csvLine(cells: readonly Cell[]): string {
  return cells.map(toCell).join(",");
}

/** Lines as a file. */
export function csvFile(lines: readonly string[]): string {
  return `${lines.join(LINE_END)}${LINE_END}`;
}

/** Nearly all cells, which need not be looked at more closely: that takes several times as long as the rest of a line. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9 _./:#-]*$/;

function toCell(value: Cell): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "number") return String(value);
  if (PLAIN.test(value)) return value;
  const text = disarmed(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
