import { checkOptions, isFunction, type OptionChecks } from "../base/check_options.js";
import { csvFile, csvLine } from "./csv_line.js";
import { checkEntries, checkEntry } from "./check_entry.js";
import type { LedgerEntry } from "./entry.js";
import {
  FOCUS_COLUMNS,
  FOCUS_VERSIONS,
  tagsOf,
  type FocusColumn,
  type FocusPeriod,
  type FocusVersion,
} from "./focus_columns.js";
import { decimal, quantityOf } from "./focus_quantity.js";
import { focusParts } from "./focus_parts.js";

export type { FocusVersion } from "./focus_columns.js";

/** Options of `toFocusCsv` and `FocusTable`. */
export interface FocusOptions {
  /** @default "1.5" */
  version?: FocusVersion | undefined;
  /** The account that the call's provider bills; no call says it, and FOCUS demands it. @default the provider's name */
  billingAccountOf?: ((entry: LedgerEntry) => string) | undefined;
}

const VERSIONS: readonly unknown[] = FOCUS_VERSIONS;

const CHECKS: OptionChecks<FocusOptions> = {
  version: [(value) => VERSIONS.includes(value), `FOCUS is written as ${FOCUS_VERSIONS.join(", ")}.`],
  billingAccountOf: [isFunction, "Pass a function of an entry."],
};

/** What the calls cost, as FOCUS has it, and the calls that have no cost to be written there. */
export interface FocusCsv {
  csv: string;
  unpriced: LedgerEntry[];
}

/**
 * What calls cost as a FOCUS dataset, Cost and Usage: a row for each component of each call's cost, whose sums are those of the
 * entries to the last digit. A cost may not be null there, so calls whose cost is not known come apart; calls that spent nothing
 * (denied, answered by LangChain's cache) have no row.
 * @throws ConfigurationError for a version that is not supported, and for unknown options
 */
export function toFocusCsv(entries: Iterable<LedgerEntry>, options: FocusOptions = {}): FocusCsv {
  checkEntries(entries);
  const table = new FocusTable(options);
  const lines = [table.header];
  const unpriced: LedgerEntry[] = [];
  for (const entry of entries) {
    const rows = table.lines(entry);
    if (rows === undefined) unpriced.push(entry);
    else lines.push(...rows);
  }
  return { csv: csvFile(lines), unpriced };
}

/**
 * The same, a call after the other: for ledgers that do not fit into memory.
 * @example
 * const table = new FocusTable({ version: "1.2" });
 * process.stdout.write(`${table.header}\n`);
 * for await (const read of readEntries("usage.jsonl")) {
 *   const lines = read.kind === "entry" ? table.lines(read.entry) : undefined;
 *   for (const line of lines ?? []) process.stdout.write(`${line}\n`);
 * }
 * table.version; // "1.2"
 */
export class FocusTable {
  readonly version: FocusVersion;
  /** The first line, without its end. */
  readonly header: string;
  readonly #columns: readonly FocusColumn[];
  readonly #accountOf: (entry: LedgerEntry) => string;

  /** @throws ConfigurationError for a version that is not supported, and for unknown options */
  constructor(options: FocusOptions = {}) {
    checkOptions("FOCUS", options, CHECKS);
    const { version = "1.5", billingAccountOf = ({ provider }) => provider } = options;
    this.version = version;
    this.#columns = FOCUS_COLUMNS.filter(
      ({ since = version, until }) => since <= version && (until === undefined || version < until),
    );
    this.header = csvLine(this.#columns.map(({ name }) => name));
    this.#accountOf = billingAccountOf;
  }

  /** The lines of a call, without their ends; none where nothing was spent, `undefined` where the cost is not known. */
  lines(entry: LedgerEntry): string[] | undefined {
    checkEntry(entry);
    const parts = focusParts(entry);
    if (parts === undefined) return undefined;
    const call = {
      version: this.version,
      entry,
      account: this.#accountOf(entry),
      model: entry.modelServed ?? entry.modelRequested,
      tags: tagsOf(entry),
      certainty: certaintyOf(entry),
      period: periodOf(entry),
    };
    return parts.map((part) => {
      const row = { ...call, part, cost: decimal(part.usd), quantity: quantityOf(part.name, part.component) };
      return csvLine(this.#columns.map(({ cell }) => cell(row)));
    });
  }
}

function certaintyOf({ cost: { usd, lowUsd, highUsd }, usage }: LedgerEntry): "exact" | "estimated" | "at least" {
  if (highUsd === null) return "at least";
  return usage?.source === "estimated" || lowUsd !== usd || highUsd !== usd ? "estimated" : "exact";
}

const SECOND_MS = 1000;

/** FOCUS counts in whole seconds, and ends are exclusive. */
function periodOf({ startedAt, endedAt }: LedgerEntry): FocusPeriod {
  const start = Math.floor(Date.parse(startedAt) / SECOND_MS) * SECOND_MS;
  const end = Math.max(Math.ceil(Date.parse(endedAt) / SECOND_MS) * SECOND_MS, start + SECOND_MS);
  const day = new Date(start);
  const month = (offset: number) => iso(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + offset, 1));
  return { start: iso(start), end: iso(end), billingStart: month(0), billingEnd: month(1) };
}

function iso(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}
