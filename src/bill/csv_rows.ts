import { BillError } from "./bill_error.js";
import type { BillRecord } from "./records.js";

/** More than any line of a bill has; what is longer is another kind of file. */
const MAX_ROW = 1_048_576;

/**
 * Reads CSV (RFC 4180) as it comes in: quotes, doubled quotes, line ends within quotes, CRLF, LF or CR. The first row names the
 * columns, and is a record itself.
 */
export class CsvRows {
  #header: readonly string[] | undefined;
  #cells: string[] = [];
  #cell = "";
  #state: "start" | "plain" | "quoted" | "closed" = "start";
  #line = 1;
  #rowLine = 1;
  #size = 0;
  #afterReturn = false;

  *push(text: string): Generator<BillRecord> {
    for (const character of text) {
      const isSecondOfEnd = character === "\n" && this.#afterReturn;
      this.#afterReturn = character === "\r";
      if (isSecondOfEnd) {
        if (this.#state === "quoted") this.#cell += character;
        continue;
      }
      if (character === "\n" || character === "\r") this.#line += 1;
      if (this.#state === "quoted") this.#inQuotes(character);
      else if (character === "\n" || character === "\r") yield* this.#endRow();
      else this.#outside(character);
      this.#size += 1;
      if (this.#size > MAX_ROW) throw new BillError("it is longer than any line of a bill.", { line: this.#rowLine });
    }
  }

  *end(): Generator<BillRecord> {
    if (this.#state === "quoted") throw this.#torn("a quotation mark is never closed");
    if (this.#size > 0) yield* this.#endRow();
  }

  #inQuotes(character: string): void {
    if (character === '"') this.#state = "closed";
    else this.#cell += character;
  }

  #outside(character: string): void {
    if (character === ",") this.#endCell();
    else if (character === '"' && this.#state !== "plain") {
      if (this.#state === "closed") this.#cell += character;
      this.#state = "quoted";
    } else if (this.#state === "closed") throw this.#torn("something follows a closing quotation mark");
    else {
      this.#cell += character;
      this.#state = "plain";
    }
  }

  #endCell(): void {
    this.#cells.push(this.#cell);
    this.#cell = "";
    this.#state = "start";
  }

  *#endRow(): Generator<BillRecord> {
    this.#endCell();
    const [cells, line] = [this.#cells, this.#rowLine];
    this.#cells = [];
    this.#size = 0;
    this.#rowLine = this.#line;
    if (cells.length === 1 && cells[0]?.trim() === "") return;
    const header = this.#header;
    if (header !== undefined && cells.length !== header.length)
      throw new BillError(`it is torn: it has ${cells.length} columns of ${header.length}.`, { line });
    this.#header ??= cells.map((cell) => cell.trim());
    const fields = Object.fromEntries(this.#header.map((name, at) => [name, cells[at]]));
    yield { line, fields, isHeader: header === undefined };
  }

  #torn(why: string): BillError {
    return new BillError(`it is torn: ${why}.`, { line: this.#rowLine });
  }
}
