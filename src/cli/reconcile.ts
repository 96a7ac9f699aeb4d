import { parseArgs } from "node:util";
import { getEnvironmentVariable } from "@langchain/core/utils/env";
import { ConfigurationError, ServerError } from "../base/errors.js";
import { BILL_FORMATS, type Bill, type BillFormat } from "../bill/bill_line.js";
import { BillError } from "../bill/bill_error.js";
import { entryDay } from "../bill/fields.js";
import { fireworksBill } from "../bill/fireworks_bill.js";
import { readBill } from "../bill/read_bill.js";
import { reconcile as compare, type Reconciliation } from "../bill/reconcile.js";
import type { LedgerEntry } from "../ledger/entry.js";
import { readEntries, type SkippedLine } from "../ledger/read_jsonl.js";
import { canonicalProvider } from "../pricing/look_up/providers.js";
import { onlyFile, USAGE_ERROR, usageOf, wordsOf, type Printer } from "./io.js";
import { reconcileText } from "./reconcile_text.js";

/** How `reconcile` is called. */
export const RECONCILE_USAGE: readonly string[] = [
  "langchain-metered reconcile FILE --bill BILL [options]",
  "langchain-metered reconcile FILE --fireworks ACCOUNT [options]",
  "  Whether a ledger's file (JSON lines) and a provider's bill agree, by day and model.",
  "  --bill BILL          the bill's file, CSV or JSON; its form is known by its columns",
  `  --format NAME        the bill's form: ${BILL_FORMATS.join(", ")}`,
  "  --fireworks ACCOUNT  ask Fireworks, with the key in FIREWORKS_API_KEY",
  "  --base-url URL       where Fireworks is asked (default: https://api.fireworks.ai)",
  "  --provider NAME      whose calls are on the bill, as the ledger names providers (default: as the bill says)",
  "  --tolerance PART     how far the bill may be outside of low to high: 1% or 0.01 (default: 1%)",
  "  --from DAY --to DAY  the first and last day to compare, in UTC (default: all that either has)",
  "  --json               a line of JSON for each day and model, and one for the whole at last",
  "  Exit code 1: they do not agree. 3: the bill or the ledger cannot be read.",
];

const OPTIONS = {
  bill: { type: "string" },
  format: { type: "string" },
  fireworks: { type: "string" },
  "base-url": { type: "string" },
  provider: { type: "string" },
  tolerance: { type: "string", default: "1%" },
  from: { type: "string" },
  to: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

type Values = ReturnType<typeof parse>["values"];

function parse(args: string[]) {
  return parseArgs({ args, options: OPTIONS, allowPositionals: true });
}

/** The exit code where ledger and bill do not agree, and where one of them cannot be read. */
const DIFFERENT = 1;
const UNREADABLE = 3;

/** The `reconcile` command: a table and the likely causes for people, or JSON lines. */
export async function reconcile(args: string[], printer: Printer): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    if (values.help === true) {
      printer.out(usage());
      return 0;
    }
    const file = onlyFile(positionals);
    return await run(file, values, printer);
  } catch (error) {
    const message = wordsOf(error);
    const isUnreadable = isOfFiles(error);
    printer.err(isUnreadable ? [message] : [message, "", ...usage()]);
    return isUnreadable ? UNREADABLE : USAGE_ERROR;
  }
}

function isOfFiles(error: unknown): boolean {
  if (error instanceof ConfigurationError) return error.option === "path" || error.option === "bill";
  return error instanceof BillError || error instanceof ServerError;
}

async function run(file: string, values: Values, printer: Printer): Promise<number> {
  const { from, to, provider } = values;
  const tolerance = readTolerance(values.tolerance);
  const bill = await openBill(file, values);
  const skipped: SkippedLine[] = [];
  const counted = { entries: 0 };
  const result = await compare(entriesOf(file, skipped, counted), bill, {
    tolerance,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(provider === undefined ? {} : { provider }),
  });
  const [first] = skipped;
  if (counted.entries === 0 && first !== undefined)
    throw new BillError(`\`${file}\` is no ledger: its line ${first.line} is ${first.reason}.`);
  if (first !== undefined)
    result.notes.push(
      `Lines of the ledger that are no entries: ${skipped.length}, the first of them ${first.line} (${first.reason}).`,
    );
  if (values.json === true) printJson(result, printer);
  else printer.out(reconcileText(result, values.tolerance));
  return result.ok ? 0 : DIFFERENT;
}

async function* entriesOf(
  file: string,
  skipped: SkippedLine[],
  counted: { entries: number },
): AsyncGenerator<LedgerEntry> {
  for await (const item of readEntries(file)) {
    if (item.kind === "skipped") skipped.push(item);
    if (item.kind !== "entry") continue;
    counted.entries += 1;
    yield item.entry;
  }
}

async function openBill(file: string, values: Values): Promise<Bill> {
  const { bill, fireworks: account, format } = values;
  if ((bill === undefined) === (account === undefined))
    throw new ConfigurationError("--bill", "One bill is needed.", "Give `--bill FILE` or `--fireworks ACCOUNT`.");
  if (bill !== undefined) return readBill(bill, format === undefined ? {} : { format: readFormat(format) });
  const apiKey = getEnvironmentVariable("FIREWORKS_API_KEY");
  if (apiKey === undefined || apiKey === "")
    throw new ConfigurationError("FIREWORKS_API_KEY", "There is no key in FIREWORKS_API_KEY.", "Set an admin's key.");
  const { from, to } = await daysOf(file, values);
  return fireworksBill({ account: account ?? "", apiKey: apiKey.trim(), from, to, baseUrl: values["base-url"] });
}

function readFormat(text: string): BillFormat {
  const format = BILL_FORMATS.find((name) => name === text);
  if (format !== undefined) return format;
  throw new ConfigurationError("--format", `\`${text}\` is no form of a bill.`, `Use ${BILL_FORMATS.join(", ")}.`);
}

/** The days to ask for: as they are given, or else from the ledger's first call of the provider to its last. */
async function daysOf(
  file: string,
  { from, to, provider = "fireworks" }: Values,
): Promise<{ from: string; to: string }> {
  if (from !== undefined && to !== undefined) return { from, to };
  let [first, last] = ["", ""];
  for await (const entry of entriesOf(file, [], { entries: 0 })) {
    if (canonicalProvider(entry.provider) !== canonicalProvider(provider)) continue;
    // The bill may have a call across midnight on either day.
    const [began, ended] = [entryDay(entry.startedAt), entryDay(entry.endedAt)];
    if (first === "" || began < first) first = began;
    if (ended > last) last = ended;
  }
  if (first === "")
    throw new BillError(
      `\`${file}\` has no call of \`${provider}\`, so that there is no day to ask for: give --from and --to.`,
    );
  return { from: from ?? first, to: to ?? last };
}

function readTolerance(text: string): number {
  const [match, digits, percent] = /^(\d+(?:\.\d+)?)( ?%)?$/.exec(text.trim()) ?? [];
  const part = match === undefined ? Number.NaN : Number(digits) / (percent === undefined ? 1 : 100);
  if (part < 1) return part;
  throw new ConfigurationError("--tolerance", `\`${text}\` is no part below the whole.`, "Write it as 1% or 0.01.");
}

/** A line for each day and model; the last is of the whole. */
function printJson({ lines, causes, notes, ...total }: Reconciliation, printer: Printer): void {
  for (const line of lines) printer.json(line);
  for (const cause of causes) printer.json({ cause });
  for (const note of notes) printer.json({ note });
  const { days, models, oursUsd, lowUsd, highUsd, billUsd, differenceUsd, onlyOurs, onlyTheirs, ok } = total;
  printer.json({ days, models, oursUsd, lowUsd, highUsd, billUsd, differenceUsd, onlyOurs, onlyTheirs, ok });
}

function usage(): string[] {
  const [first = "", second, ...others] = RECONCILE_USAGE;
  return usageOf([first, `       ${second}`, ...others]);
}
