import { parseArgs } from "node:util";
import { ConfigurationError } from "../base/errors.js";
import type { BudgetSums } from "../ledger/budget_sums.js";
import { MAX_PRICE_AGE_DAYS, PriceAges, type PriceAgeSums } from "../ledger/price_ages.js";
import { Summarizer, SUMMARY_KEYS, type Summary, type SummaryKey } from "../ledger/summary.js";
import type { Totals } from "../ledger/tally.js";
import { writeHtmlReport } from "./html/write_html_report.js";
import { onlyFile, USAGE_ERROR, usageOf, wordsOf, type Printer } from "./io.js";
import { CSV_ROWS, printRows } from "./print_rows.js";
import { readWithProgress } from "./progress.js";
import { readReportOptions, REPORT_OPTIONS, type ReportOptions } from "./report_options.js";
import { SkippedLines } from "./skipped_lines.js";
import { textTable } from "./text_table.js";

/** How `report` is called. */
export const REPORT_USAGE: readonly string[] = [
  "langchain-metered report FILE [options]",
  "  What the calls in a ledger's file (JSON lines) cost, in USD.",
  `  --by KEY             ${SUMMARY_KEYS.join(", ")} (default: model)`,
  "  --format FORMAT      table, json, csv (a line for each call), or focus (a line for each component of its cost)",
  "  --focus-version 1.5  the version of FOCUS: 1.0 to 1.5",
  "  --json               the same as --format json: one JSON object: by, total, groups, budgets, prices, skipped, repeated",
  `  --max-price-age-days N  warn where a price was last checked longer before a call (default: ${MAX_PRICE_AGE_DAYS})`,
  "  --html FILE          a page to look at, in one file",
];

interface Report extends Summary, Pick<SkippedLines, "skipped" | "repeated"> {
  by: SummaryKey;
  prices: PriceAgeSums;
}

/** The `report` command: totals and a table for people, one JSON object, CSV, or a page. Exit code 1 when the file cannot be read. */
export async function report(args: string[], printer: Printer): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args, options: REPORT_OPTIONS, allowPositionals: true });
    if (values.help === true) {
      printer.out(usageOf(REPORT_USAGE));
      return 0;
    }
    const file = onlyFile(positionals);
    return await print(file, readReportOptions(values), printer);
  } catch (error) {
    const isUnreadable = error instanceof ConfigurationError && ["path", "--html"].includes(error.option);
    const message = wordsOf(error);
    printer.err(isUnreadable ? [message] : [message, "", ...usageOf(REPORT_USAGE)]);
    return isUnreadable ? 1 : USAGE_ERROR;
  }
}

async function print(file: string, options: ReportOptions, printer: Printer): Promise<number> {
  if (options.html !== undefined) return writeHtmlReport(file, options.html, options.maxPriceAgeDays, printer);
  if (options.format === "csv") await printRows(file, CSV_ROWS, printer);
  else if (options.format === "focus") await printRows(file, options.focus, printer);
  else {
    const made = await make(file, options, printer);
    if (options.format === "json") printer.json(toJson(made));
    else printer.out(toText(made));
  }
  return 0;
}

/** What a file says in all. */
interface Made {
  by: SummaryKey;
  summary: Summary;
  ages: PriceAges;
  skipped: SkippedLines;
}

async function make(file: string, { by, maxPriceAgeDays }: ReportOptions, printer: Printer): Promise<Made> {
  const sums = new Summarizer(by);
  const ages = new PriceAges(maxPriceAgeDays);
  const skipped = new SkippedLines();
  for await (const item of readWithProgress(file, printer)) {
    if (item.kind === "entry") {
      sums.add(item.entry);
      ages.add(item.entry);
    } else skipped.add(item);
  }
  return { by, summary: sums.summary(), ages, skipped };
}

function toJson({ by, summary, ages, skipped: { skipped, repeated } }: Made): Report {
  return { by, ...summary, prices: ages.sums, skipped, repeated };
}

const HEADER = ["calls", "input", "cached", "output", "cost", "range", "estimated", "unpriced", "failed"];

function toText({ by, summary: { total, groups, budgets }, ages, skipped }: Made): string[] {
  const rows = groups.map((group) => [group.key ?? "(none)", ...cells(group)]);
  const lines = [...textTable([by, ...HEADER], [...rows, ["total", ...cells(total)]]), ...remarks(total)];
  if (by === "tag") lines.push("A call with several tags is in several rows, and in the total once.");
  lines.push(...ages.words, ...skipped.words);
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
