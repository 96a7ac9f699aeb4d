import { BillError } from "./bill_error.js";
import type { BillRecord } from "./records.js";

/** More than any line of a bill has; what is longer is another kind of file. */
const MAX_ROW = 1_048_576;

const QUOTED_CELL = /"([^"]*(?:""[^"]*)*)"(?:,|$)/y;

/**
 * Reads CSV (RFC 4180) as it comes in: quotes, doubled quotes, line ends within quotes, CRLF or LF. The first row names the
 * columns, and is a record itself; where it comes again, files were put together.
 */
export class CsvRows {
  #header: readonly string[] | undefined;
  /** The beginning of a row, whose end is still to come. */
  #open = "";
  #isInQuotes = false;
  #line = 1;
  #rowLine = 1;

  *push(text: string): Generator<BillRecord> {
    let start = 0;
    let quote = text.indexOf('"');
    for (let at = 0; at < text.length;) {
      const found = text.indexOf("\n", at);
      const end = found === -1 ? text.length : found;
      for (; quote !== -1 && quote < end; quote = text.indexOf('"', quote + 1)) this.#isInQuotes = !this.#isInQuotes;
      if (this.#open.length + end - start > MAX_ROW)
        throw new BillError("it is longer than any line of a bill.", { line: this.#rowLine });
      if (found !== -1) this.#line += 1;
      at = end + 1;
      if (found === -1 || this.#isInQuotes) continue;
      yield* this.#row(this.#open + text.slice(start, end), true);
      [this.#open, start] = ["", at];
    }
    this.#open += text.slice(start);
  }

  *end(): Generator<BillRecord> {
    if (this.#isInQuotes) throw this.#torn("a quotation mark is never closed");
    yield* this.#row(this.#open, false);
  }

  *#row(text: string, hasEnd: boolean): Generator<BillRecord> {
    const row = text.endsWith("\r") ? text.slice(0, -1) : text;
    const cells = row.includes('"') ? this.#cellsOf(row) : row.split(",");
    const line = this.#rowLine;
    this.#rowLine = this.#line;
    if (row.trim() === "") return;
    const isHeader = this.#header === undefined;
    const header = (this.#header ??= cells.map((cell) => cell.trim()));
    if (cells.length !== header.length)
      throw new BillError(`it is torn: it has ${cells.length} columns of ${header.length}.`, { line });
    if (!isHeader && header.every((name, at) => name === cells[at]?.trim())) return;
    const fields = Object.fromEntries(header.map((name, at) => [name, cells[at]]));
    yield { line, fields, isHeader, mayBeCut: !hasEnd && /\d$/.test(row) };
  }

  #cellsOf(row: string): string[] {
    const cells: string[] = [];
    for (let at = 0; at <= row.length;) {
      if (row[at] === '"') {
        QUOTED_CELL.lastIndex = at;
        const [whole, cell] = QUOTED_CELL.exec(row) ?? [];
        if (whole === undefined || cell === undefined) throw this.#torn("something follows a closing quotation mark");
        cells.push(cell.replaceAll('""', '"'));
        at += whole.length;
        if (at === row.length && !whole.endsWith(",")) break;
      } else {
        const comma = row.indexOf(",", at);
        const end = comma === -1 ? row.length : comma;
        cells.push(row.slice(at, end));
        at = end + 1;
      }
    }
    return cells;
  }

  #torn(why: string): BillError {
    return new BillError(`it is torn: ${why}.`, { line: this.#rowLine });
  }
}
