import { counted } from "../base/counted.js";
import { existsSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { ConfigurationError } from "../base/errors.js";
import { fieldsOf, nonEmpty } from "../base/json.js";
import { changesIn, type PriceChange } from "../pricing/feeds/changes.js";
import { fetchFireworksPrices, type FetchFireworksPricesInput } from "../pricing/feeds/fetch_fireworks_prices.js";
import { loadPrices, toPriceFile } from "../pricing/feeds/price_file.js";
import type { SellerPrices } from "../pricing/feeds/seller_prices.js";
import { USAGE_ERROR, usageOf, wordsOf, type Printer } from "./io.js";
import { textTable } from "./text_table.js";

/** How `prices` is called. */
export const PRICES_USAGE: readonly string[] = [
  "langchain-metered prices refresh --out FILE [options]",
  "  Reads Fireworks' own price list, with the key in FIREWORKS_API_KEY, and says what changed. `loadPrices(FILE)` gives the table.",
  "  --out FILE           the prices with their history, as JSON; they are compared with what is in it, else with the built-in ones",
  "  --base-url URL       where Fireworks is asked (default: https://api.fireworks.ai)",
  "  --format NAME        the form of the list that is asked for: flat (default) or nested",
  "  --check              writes nothing",
  "  --json               one JSON object: source, changes, notes",
  "  Exit code 2: with --check, something changed. 1: the list or the file cannot be read; with --check, also a wrong call.",
];

const OPTIONS = {
  out: { type: "string" },
  "base-url": { type: "string" },
  format: { type: "string" },
  check: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

type Values = ReturnType<typeof parse>["values"];

function parse(args: string[]) {
  return parseArgs({ args, options: OPTIONS, allowPositionals: true });
}

/** The exit codes where `--check` found that something changed, and where the command failed: a job can tell them apart. */
const CHANGED = 2;
const FAILED = 1;

/** The `prices` command: refreshes a file of prices from Fireworks' own list, and prints what changed. */
export async function prices(args: string[], printer: Printer): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    if (values.help === true) {
      printer.out(usageOf(PRICES_USAGE));
      return 0;
    }
    if (positionals.join(" ") !== "refresh")
      throw new ConfigurationError(
        "prices",
        `\`prices ${positionals.join(" ")}\` does nothing.`,
        "Use `prices refresh`.",
      );
    return await refresh(values, printer);
  } catch (error) {
    const message = wordsOf(error);
    if (!isOfCall(error)) {
      printer.err([message]);
      return FAILED;
    }
    printer.err([message, "", ...usageOf(PRICES_USAGE)]);
    return args.includes("--check") ? FAILED : USAGE_ERROR;
  }
}

/** Whether an error is about how the command was called, and not about what it found. */
function isOfCall(error: unknown): boolean {
  if (error instanceof ConfigurationError) return ["prices", "--out", "format"].includes(error.option);
  // What parseArgs throws.
  return String(fieldsOf(error).code).startsWith("ERR_PARSE_ARGS");
}

async function refresh(values: Values, printer: Printer): Promise<number> {
  const { out, check = false } = values;
  if (out === undefined && !check)
    throw new ConfigurationError("--out", "No file is named.", "Give `--out prices.json`, or `--check` to write none.");
  const before = out === undefined || !existsSync(out) ? undefined : loadPrices(out);
  const after = await fetchFireworksPrices(toInput(values), before);
  const changes = changesIn(before, after);
  if (values.json === true) printer.json({ source: after.source, changes, notes: after.notes });
  else printer.out(toText(after, changes));
  if (out !== undefined && !check) await replace(out, toPriceFile(after));
  return check && changes.length > 0 ? CHANGED : 0;
}

function toInput(values: Values): FetchFireworksPricesInput {
  return {
    ...(values["base-url"] === undefined ? {} : { baseURL: values["base-url"] }),
    ...(values.format === undefined ? {} : { format: values.format as "flat" | "nested" }), // it is checked there
  };
}

/** Whoever reads the file has the old prices or the new ones, and nothing between. */
async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(draft, text);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw new Error(`\`${file}\` cannot be written (${nonEmpty(fieldsOf(error).code) ?? String(error)}).`, {
      cause: error,
    });
  }
}

function toText({ source, rows, notes }: SellerPrices, changes: readonly PriceChange[]): string[] {
  const listed = rows.filter(({ validTo, lastListed }) => validTo === undefined && lastListed === undefined).length;
  const head = `${source.url}, ${source.fetchedAt}: ${counted(listed, "price")}, ${counted(changes.length, "change")}.`;
  const table = textTable(["model", "tier", "price of", "old", "new", "change"], changes.map(cellsOf));
  return [head, ...(changes.length === 0 ? [] : ["", ...table]), ...(notes.length === 0 ? [] : ["", ...notes])];
}

const UNITS = { input: "input", cachedInput: "cached input", output: "output" } as const;

function cellsOf(change: PriceChange): string[] {
  if (change.what === "alias")
    return [change.model, "", "alias of", change.oldTarget ?? "-", change.newTarget ?? "-", ""];
  const { model, tier, unit, oldUsdPerMillion, newUsdPerMillion, percent, what } = change;
  const by = percent === null ? (what === "changed" ? "" : what) : `${percent} %`;
  return [model, tier, UNITS[unit], oldUsdPerMillion ?? "-", newUsdPerMillion ?? "-", by];
}
