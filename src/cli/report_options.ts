import { ConfigurationError } from "../base/errors.js";
import { FocusTable, type FocusVersion } from "../ledger/focus.js";
import { MAX_PRICE_AGE_DAYS } from "../ledger/price_ages.js";
import { SUMMARY_KEYS, type SummaryKey } from "../ledger/summary.js";

/** The options of `report`, for `parseArgs`. */
export const REPORT_OPTIONS = {
  by: { type: "string" },
  format: { type: "string" },
  "focus-version": { type: "string" },
  json: { type: "boolean" },
  html: { type: "string" },
  "max-price-age-days": { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** What was given of them. */
interface ReportValues {
  by?: string;
  format?: string;
  "focus-version"?: string;
  json?: boolean;
  html?: string;
  "max-price-age-days"?: string;
}

const FORMATS = ["table", "json", "csv", "focus"] as const;

/** What is to be printed. */
export interface ReportOptions {
  format: (typeof FORMATS)[number];
  by: SummaryKey;
  focus: FocusTable;
  /** The file to write a page to, in place of a format. */
  html?: string;
  maxPriceAgeDays: number;
}

/** @throws ConfigurationError for values that cannot be, and for options that contradict each other */
export function readReportOptions(values: ReportValues): ReportOptions {
  const { html, by = "model" } = values;
  const format = FORMATS.find((name) => name === (values.format ?? (values.json === true ? "json" : "table")));
  if (format === undefined)
    throw new ConfigurationError("--format", `\`${values.format}\` is no format.`, `Use ${FORMATS.join(", ")}.`);
  if (values.json === true && format !== "json") throw contradiction("--json", `--format ${format}`);
  const ofSums = (["by", "max-price-age-days"] as const).find((name) => values[name] !== undefined);
  if (ofSums !== undefined && (format === "csv" || format === "focus"))
    throw contradiction(`--${ofSums}`, `--format ${format}`);
  if (values["focus-version"] !== undefined && format !== "focus")
    throw contradiction("--focus-version", `--format ${format}`);
  const other = (["by", "format", "json"] as const).find((name) => values[name] !== undefined);
  if (html !== undefined && other !== undefined) throw contradiction(`--${other}`, "--html");
  const version = values["focus-version"] as FocusVersion | undefined; // the table looks whether it is one
  const maxPriceAgeDays = readDays(values["max-price-age-days"]);
  return { format, by: readKey(by), focus: new FocusTable({ version }), html, maxPriceAgeDays };
}

function contradiction(one: string, other: string): ConfigurationError {
  return new ConfigurationError(one, `\`${one}\` and \`${other}\` contradict each other.`, "Leave one of them out.");
}

function readDays(text: string = String(MAX_PRICE_AGE_DAYS)): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new ConfigurationError("--max-price-age-days", `\`${text}\` is no number of days.`, "Write it as 60.");
}

function readKey(text: string): SummaryKey {
  const key = SUMMARY_KEYS.find((name) => name === text);
  if (key !== undefined) return key;
  throw new ConfigurationError("--by", `\`${text}\` is nothing to group by.`, `Use ${SUMMARY_KEYS.join(", ")}.`);
}
