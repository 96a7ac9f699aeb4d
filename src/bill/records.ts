import { notFit } from "../base/check_given.js";
import type { Json } from "../base/json.js";
import { BillError } from "./bill_error.js";
import { CsvRows } from "./csv_rows.js";
import { JsonValues } from "./json_values.js";

/** A row of a CSV file, or a JSON object. */
export interface BillRecord {
  /** Where it begins, from 1. */
  line: number;
  fields: Json;
  /** Whether it is the row that names the columns: it has their names and no values. */
  isHeader: boolean;
  /** Whether it is the last line, has no end, and ends with a digit: of a file that was cut there, a figure is too small. */
  mayBeCut?: boolean;
}

/** A file's content as it comes in: texts, or bytes in UTF-8. */
export type BillSource = string | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/** The records of a file, CSV or JSON, as its first character says. @throws BillError where it is torn or empty */
export async function* recordsOf(source: BillSource): AsyncGenerator<BillRecord> {
  let reader: CsvRows | JsonValues | undefined;
  let head = "";
  for await (const text of textsOf(source)) {
    if (reader !== undefined) {
      yield* reader.push(text);
      continue;
    }
    head += text;
    const first = /\S/.exec(head)?.[0];
    if (first === undefined) continue;
    reader = first === "{" || first === "[" ? new JsonValues() : new CsvRows();
    yield* reader.push(head);
  }
  if (reader === undefined) throw new BillError("The bill is empty: it has neither columns nor JSON.");
  yield* reader.end();
}

async function* textsOf(source: BillSource): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let isFirst = true;
  for await (const piece of typeof source === "string" ? [source] : source) {
    if (typeof piece !== "string" && !ArrayBuffer.isView(piece))
      throw notFit("source", piece, "Pass texts, or bytes in UTF-8.");
    const text = typeof piece === "string" ? piece : decoder.decode(piece, { stream: true });
    yield isFirst ? text.replace(/^\ufeff/, "") : text;
    if (text !== "") isFirst = false;
  }
  yield decoder.decode();
}
