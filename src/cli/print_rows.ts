import { once } from "node:events";
import { cleanLine } from "../base/clean_text.js";
import { CSV_HEADER, csvLineOf } from "../ledger/csv.js";
import { LINE_END } from "../ledger/csv_line.js";
import type { LedgerEntry } from "../ledger/entry.js";
import type { FocusTable } from "../ledger/focus.js";
import type { Printer } from "./io.js";
import { readWithProgress } from "./progress.js";
import { SkippedLines } from "./skipped_lines.js";

/** Rows that calls are printed as; `undefined` for a call that has none because its cost is not known. */
export type RowFormat = Pick<FocusTable, "header" | "lines">;

/** The rows of `--format csv`. */
export const CSV_ROWS: RowFormat = { header: CSV_HEADER, lines: (entry: LedgerEntry) => [csvLineOf(entry)] };

/** Printed together: a line at a time takes several times as long. */
const LINES_TOGETHER = 500;
const MAX_IDS = 100;

/** Prints a ledger's file as CSV, whatever its size; what has no row there goes to the other output. */
export async function printRows(file: string, format: RowFormat, printer: Printer): Promise<void> {
  const skipped = new SkippedLines();
  const unpriced = { count: 0, ids: [] as string[] };
  let lines = [format.header];
  for await (const item of readWithProgress(file, printer)) {
    if (item.kind !== "entry") {
      skipped.add(item);
      continue;
    }
    const rows = format.lines(item.entry);
    if (rows === undefined) {
      unpriced.count += 1;
      if (unpriced.ids.length < MAX_IDS) unpriced.ids.push(item.entry.id);
      continue;
    }
    lines.push(...rows);
    if (lines.length < LINES_TOGETHER) continue;
    await print(lines, printer);
    lines = [];
  }
  if (lines.length > 0) await print(lines, printer);
  const remarks = [...skipped.words, ...unpricedWords(unpriced)];
  if (remarks.length > 0) printer.err(remarks);
}

async function print(lines: readonly string[], { io }: Printer): Promise<void> {
  // The bar shares the terminal's line with the first row.
  io.status?.("");
  // The last line's line feed comes from `out`.
  io.out(lines.map(cleanLine).join(LINE_END) + LINE_END.slice(0, -1));
  // A reader that is slow must not fill the memory with what it has not read.
  if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
}

function unpricedWords({ count, ids }: { count: number; ids: readonly string[] }): string[] {
  if (count === 0) return [];
  const more = count > ids.length ? [`and ${count - ids.length} more`] : [];
  return [`Calls without a known cost, which have no row: ${count}. Their ids:`, ...ids, ...more];
}
