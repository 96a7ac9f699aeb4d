import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { ConfigurationError } from "../base/errors.js";
import { isObject } from "../base/json.js";
import { loadPrices } from "../pricing/feeds/price_file.js";
import { MAX_PRICE_AGE_DAYS } from "../ledger/price_ages.js";
import { dayStart } from "../pricing/look_up/dates.js";
import { definePriceTable } from "../pricing/look_up/define_price_table.js";
import type { PriceRowInput } from "../pricing/look_up/price_row.js";
import { priceOf, type PriceOfOptions } from "../pricing/look_up/price_of.js";
import type { PriceAnswer, PriceTable } from "../pricing/look_up/schema.js";
import { USAGE_ERROR, usageOf, wordsOf, type Printer } from "./io.js";
import { nearestModels } from "./price_lists/nearest_models.js";
import { writePriceList } from "./price_lists/write_price_list.js";
import { textTable } from "./text_table.js";

/** How `price` is called. */
export const PRICE_USAGE: readonly string[] = [
  "langchain-metered price MODEL... [options]",
  "  What models cost, in USD per million tokens, and where the price comes from.",
  "  --provider NAME      whose models they are (default: fireworks)",
  "  --at DATE            the price on that day, such as 2026-09-01 (default: now)",
  "  --service-tier NAME  such as priority",
  "  --batch              the price within a batch job",
  "  --table FILE         a JSON array of your own rows (see definePriceTable), or what `prices refresh` wrote: they go first",
  "  --json               one JSON object a line",
  "  --format NAME        a price list for phoenix, langfuse, langsmith or litellm; without MODEL of all that the table names",
];

const OPTIONS = {
  provider: { type: "string" },
  at: { type: "string" },
  "service-tier": { type: "string" },
  batch: { type: "boolean" },
  table: { type: "string" },
  json: { type: "boolean" },
  format: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** The `price` command: the prices of models as a table for people, or as JSON lines in the order asked. */
export async function price(args: string[], printer: Printer): Promise<number> {
  try {
    const { values, positionals: models } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    if (values.help === true) {
      printer.out(usageOf(PRICE_USAGE));
      return 0;
    }
    if (models.length === 0 && values.format === undefined)
      throw new ConfigurationError("MODEL", "No model is given.", "Name at least one.");
    const table = values.table === undefined ? undefined : await readTable(values.table);
    const at = values.at === undefined ? undefined : readDate(values.at);
    const query = { provider: values.provider, at, serviceTier: values["service-tier"], batch: values.batch, table };
    const options = { ...query, maxAgeDays: MAX_PRICE_AGE_DAYS };
    if (values.format !== undefined) return writePriceList(values.format, models, options, printer);
    const answers = models.map((model) => priceOf(model, options));
    if (values.json === true) for (const answer of answers) printer.json(toJson(answer));
    else printer.out(toText(answers, query));
    return 0;
  } catch (error) {
    printer.err([wordsOf(error), "", ...usageOf(PRICE_USAGE)]);
    return USAGE_ERROR;
  }
}

const DATE = /^(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** A day, or a time of it, in UTC unless it says otherwise: the same on every machine. */
function readDate(text: string): Date {
  const [, day, zone] = DATE.exec(text) ?? [];
  const date = new Date(zone === undefined && text !== day ? `${text}Z` : text);
  if (dayStart(day) === undefined || Number.isNaN(date.getTime())) {
    throw new ConfigurationError("--at", `\`${text}\` is not a date.`, "Write it as 2026-09-01.");
  }
  return date;
}

async function readTable(file: string): Promise<PriceTable> {
  const json: unknown = JSON.parse(await readFile(file, "utf8"));
  if (isObject(json)) return loadPrices(file);
  // Whatever the file holds: definePriceTable checks every row.
  return definePriceTable(json as PriceRowInput[], { name: "file" });
}

function toJson(answer: PriceAnswer): object {
  const { model, inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion, basis, reason, row, checkedOn } =
    answer;
  return {
    model,
    inputUsdPerMillion,
    cachedInputUsdPerMillion,
    outputUsdPerMillion,
    basis,
    reason,
    row,
    checkedOn,
  };
}

function toText(answers: readonly PriceAnswer[], options: PriceOfOptions): string[] {
  const rows = answers.map((answer) => [
    answer.model,
    answer.inputUsdPerMillion ?? "-",
    answer.cachedInputUsdPerMillion ?? "-",
    answer.outputUsdPerMillion ?? "-",
    answer.basis,
    answer.checkedOn ?? "-",
    [answer.reason, ...answer.warnings, ...meant(answer, options)].join("; "),
  ]);
  return textTable(["model", "input", "cached", "output", "basis", "checked", "why"], rows);
}

/** Which models may be meant, where one has no price. */
function meant({ basis, model }: PriceAnswer, options: PriceOfOptions): string[] {
  const nearest = basis === "unpriced" ? nearestModels(model, options) : [];
  return nearest.length === 0 ? [] : [`the nearest names are ${nearest.join(", ")}`];
}
