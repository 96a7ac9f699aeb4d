import { checkGiven, isSequence, isString, notFit } from "../base/check_given.js";
import { checkOptions, type OptionChecks } from "../base/check_options.js";
import { fieldsOf, isObject, itemsOf, nonEmpty } from "../base/json.js";
import { ConfigurationError } from "../base/errors.js";
import { nodeFiles } from "../ledger/node_files.js";
import { BILL_FORMATS, type Bill, type BillFormat, type BillLine } from "./bill_line.js";
import { BillError } from "./bill_error.js";
import { lagNote } from "./forms/fireworks.js";
import { OneDimension } from "./one_dimension.js";
import { hasColumns, type BillForm } from "./forms/form.js";
import { FORMS } from "./forms/forms.js";
import { recordsOf, type BillRecord, type BillSource } from "./records.js";

/** How a bill is read. */
export interface ReadBillOptions {
  /** @default as its columns say */
  format?: BillFormat | undefined;
}

const CHECKS: OptionChecks<ReadBillOptions> = {
  format: [(value) => FORMS.some(({ format }) => format === value), `Use one of ${BILL_FORMATS.join(", ")}.`],
};

/**
 * Opens a bill in a file; its lines are read as they are asked for, once.
 * @throws ConfigurationError where the file cannot be read or `format` is none; BillError where it is no bill
 */
export async function readBill(path: string, options: ReadBillOptions = {}): Promise<Bill> {
  checkGiven("path", path, isString, "Pass the path of a bill's file.");
  return parseBill(piecesOf(path), options);
}

async function* piecesOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* nodeFiles().fs.createReadStream(path) as AsyncIterable<Uint8Array>;
  } catch (error) {
    // Not by `instanceof`: test runners give their code another `Error` than files have.
    const { code, message } = fieldsOf(error);
    if (typeof code !== "string") throw error;
    throw new ConfigurationError(
      "bill",
      `The bill \`${path}\` cannot be read: ${String(message)}.`,
      "Check the path and its permissions.",
    );
  }
}

/**
 * The same of a bill's text, whole or as it comes in. CSV and lists of JSON objects may be of any size.
 * @throws ConfigurationError where `format` is none; BillError where the text is no bill. Its lines throw BillError where one of them is torn or
 * in another currency than USD.
 */
export async function parseBill(source: BillSource, options: ReadBillOptions = {}): Promise<Bill> {
  if (typeof source !== "string" && !isSequence(source))
    throw notFit("source", source, "Pass the text of a bill, or its pieces as they come in.");
  checkOptions("A bill", options, CHECKS);
  const notes: string[] = [];
  const records = itemsIn(recordsOf(source), notes);
  const chosen = FORMS.find((one) => one.format === options.format);
  const first = await records.next();
  if (first.done === true) {
    if (chosen === undefined) throw new BillError("The bill has no lines, so that its form cannot be told. Name it.");
    return { provider: chosen.provider, format: chosen.format, lines: [], notes };
  }
  const form = chosen ?? FORMS.find((one) => hasColumns(one, first.value.fields));
  if (form === undefined || !hasColumns(form, first.value.fields)) {
    await records.return(undefined);
    throw noBill(first.value, form);
  }
  const lines = linesOf(form, first.value, records, notes);
  return { provider: form.provider, format: form.format, lines, notes };
}

function noBill({ line, fields }: BillRecord, form?: BillForm): BillError {
  const names = Object.keys(fields)
    .slice(0, 12)
    .map((name) => `\`${name.slice(0, 40)}\``);
  const known = (form === undefined ? FORMS : [form]).map(
    ({ format, columns }) => `${format} (${columns[0]?.join(", ")})`,
  );
  const what = form === undefined ? "no bill that is known" : `no bill of the form \`${form.format}\``;
  return new BillError(`this is ${what}: it has ${names.join(", ")}. Known by: ${known.join("; ")}.`, { line });
}

/** What is in the lists that APIs put around their answers, page by page. */
async function* itemsIn(records: AsyncIterable<BillRecord>, notes: string[]): AsyncGenerator<BillRecord> {
  let hasMore = false;
  for await (const record of records) {
    const { data, rows, has_more, nextPageToken, attributionCompleteness } = record.fields;
    const list = Array.isArray(data) ? data : Array.isArray(rows) ? rows : undefined;
    if (list === undefined) {
      yield record;
      continue;
    }
    hasMore = has_more === true || nonEmpty(nextPageToken) !== undefined;
    const lag = lagNote(attributionCompleteness);
    if (list === rows && lag !== undefined && !notes.includes(lag)) notes.push(lag);
    for (const item of itemsOf(list)) {
      if (!isObject(item)) throw new BillError("a list holds something else than objects.", { line: record.line });
      yield { ...record, fields: item };
    }
  }
  if (hasMore) notes.push("The last page of the bill says that another follows: the bill is not whole here.");
}

async function* linesOf(
  form: BillForm,
  first: BillRecord,
  others: AsyncIterable<BillRecord>,
  notes: string[],
): AsyncGenerator<BillLine> {
  let passedOver = 0;
  const dimensions = new OneDimension();
  const read = (record: BillRecord) => {
    if (record.isHeader) return [];
    if (record.mayBeCut === true)
      notes.push("The bill's last line has no end. If the file was cut there, its last figure is too small.");
    const lines = readRecord(form, record);
    // A bucket of a day has results, and may have none.
    if (lines.length === 0 && !Object.hasOwn(record.fields, "results")) passedOver += 1;
    return form.rank === undefined ? lines : dimensions.take(form.rank(record.fields), lines);
  };
  yield* read(first);
  for await (const record of others) yield* read(record);
  const { lines, leftOut } = dimensions.rest();
  yield* lines;
  if (leftOut > 0)
    notes.push(
      `Lines of the bill that have the same dollars again, by tier, user or key, and were left out: ${leftOut}.`,
    );
  if (passedOver > 0)
    notes.push(`Lines of the bill that charge for no tokens of a model, and were passed over: ${passedOver}.`);
}

function readRecord(form: BillForm, { line, fields }: BillRecord): BillLine[] {
  try {
    if (hasColumns(form, fields)) return form.read(fields);
  } catch (error) {
    if (!(error instanceof BillError)) throw error;
    throw new BillError(error.message, { line, ...currencyOf(error) });
  }
  throw new BillError(`it is torn, or not of the form \`${form.format}\`: it has not its fields.`, { line });
}

function currencyOf({ currency }: BillError): { currency?: string } {
  return currency === undefined ? {} : { currency };
}
