import { parseArgs } from "node:util";
import { ConfigurationError } from "../base/errors.js";
import type { BudgetSums } from "../ledger/budget_sums.js";
import { readEntries } from "../ledger/read_jsonl.js";
import { Summarizer, SUMMARY_KEYS, type Summary, type SummaryKey } from "../ledger/summary.js";
import type { Totals } from "../ledger/tally.js";
import { USAGE_ERROR, type Printer } from "./io.js";
import { textTable } from "./text_table.js";

/** How `report` is called. */
export const REPORT_USAGE: readonly string[] = [
  "langchain-metered report FILE [options]",
  "  What the calls in a ledger's file (JSON lines) cost, in USD.",
  `  --by KEY             ${SUMMARY_KEYS.join(", ")} (default: model)`,
  "  --json               one JSON object: by, total, groups, budgets, skipped, repeated",
];

const OPTIONS = {
  by: { type: "string", default: "model" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

interface Report extends Summary {
  by: SummaryKey;
  /** Lines that are no entries, the first hundred of them in words. */
  skipped: { count: number; lines: { line: number; reason: string }[] };
  /** Entries that are in the file more than once; each counts once. */
  repeated: number;
}

/** The `report` command: totals and a table for people, or one JSON object. Exit code 1 when the file cannot be read. */
export async function report(args: string[], printer: Printer): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    if (values.help === true) {
      printer.out(usage());
      return 0;
    }
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0)
      throw new ConfigurationError("FILE", "One file is needed.", "Name the ledger's file.");
    const made = await make(file, readKey(values.by));
    if (values.json === true) printer.json(made);
    else printer.out(toText(made));
    return 0;
  } catch (error) {
    const isUnreadable = error instanceof ConfigurationError && error.option === "path";
    const message = error instanceof Error ? error.message : String(error);
    printer.err(isUnreadable ? [message] : [message, "", ...usage()]);
    return isUnreadable ? 1 : USAGE_ERROR;
  }
}

function readKey(text: string): SummaryKey {
  const key = SUMMARY_KEYS.find((name) => name === text);
  if (key !== undefined) return key;
  throw new ConfigurationError("--by", `\`${text}\` is nothing to group by.`, `Use ${SUMMARY_KEYS.join(", ")}.`);
}

const MAX_LINES = 100;

async function make(file: string, by: SummaryKey): Promise<Report> {
  const sums = new Summarizer(by);
  const skipped: Report["skipped"] = { count: 0, lines: [] };
  let repeated = 0;
  for await (const item of readEntries(file)) {
    if (item.kind === "entry") sums.add(item.entry);
    else if (item.kind === "repeated") repeated += 1;
    else {
      skipped.count += 1;
      if (skipped.lines.length < MAX_LINES) skipped.lines.push({ line: item.line, reason: item.reason });
    }
  }
  return { by, ...sums.summary(), skipped, repeated };
}

const HEADER = ["calls", "input", "cached", "output", "cost", "range", "estimated", "unpriced", "failed"];

function toText({ by, total, groups, budgets, skipped, repeated }: Report): string[] {
  const rows = groups.map((group) => [group.key ?? "(none)", ...cells(group)]);
  const lines = [...textTable([by, ...HEADER], [...rows, ["total", ...cells(total)]]), ...remarks(total)];
  if (by === "tag") lines.push("A call with several tags is in several rows, and in the total once.");
  for (const { line, reason } of skipped.lines) lines.push(`Line ${line} was skipped: ${reason}.`);
  if (skipped.count > skipped.lines.length)
    lines.push(`${skipped.count - skipped.lines.length} more lines were skipped.`);
  if (repeated > 0) lines.push(`${repeated} entries are in the file more than once; each counts once.`);
  if (budgets.length > 0) lines.push("", ...textTable(["budget", "denied", "charged"], budgets.map(budgetCells)));
  return lines;
}

function budgetCells({ name, deniedCalls, settled }: BudgetSums): string[] {
  return [name, String(deniedCalls), settled];
}

function cells(totals: Totals): string[] {
  const { errorCalls, abortedCalls, deniedCalls } = totals;
  return [
    String(totals.calls),
    String(totals.inputTokens),
    String(totals.cachedInputTokens),
    String(totals.outputTokens),
    costOf(totals),
    rangeOf(totals),
    String(totals.estimatedCalls),
    String(totals.unpricedCalls),
    String(errorCalls + abortedCalls + deniedCalls),
  ];
}

function costOf({ costUsd, unpricedCalls }: Totals): string {
  if (costUsd === undefined) return "unpriced";
  return unpricedCalls > 0 ? `$${costUsd} + ?` : `$${costUsd}`;
}

function rangeOf({ costUsd, lowUsd, highUsd }: Totals): string {
  if (costUsd === undefined || (lowUsd === costUsd && highUsd === costUsd)) return "-";
  return `$${lowUsd} to ${highUsd === undefined ? "?" : `$${highUsd}`}`;
}

function remarks({ unpricedCalls, estimatedCalls, unboundedCalls }: Totals): string[] {
  const lines: string[] = [];
  if (unpricedCalls > 0)
    lines.push(`Calls without a known cost, which are not in the total ("+ ?"): ${unpricedCalls}.`);
  if (estimatedCalls > 0)
    lines.push(`Calls with estimated usage (the range contains what they can have cost): ${estimatedCalls}.`);
  if (unboundedCalls > 0) lines.push(`Calls without an upper bound ("to ?"): ${unboundedCalls}.`);
  return lines;
}

function usage(): string[] {
  const [first, ...others] = REPORT_USAGE;
  return [`Usage: ${first}`, ...others];
}
