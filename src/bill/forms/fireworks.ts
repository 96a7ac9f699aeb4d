import { fieldsOf, itemsOf, type Json } from "../../base/json.js";
import { formatUsd } from "../../base/money.js";
import { shown } from "../../base/shown.js";
import type { BillLine } from "../bill_line.js";
import { billAmount } from "../amount.js";
import { BillError } from "../bill_error.js";
import { countIn, dayIn, requireUsd, textIn, usdIn } from "../fields.js";
import type { BillForm } from "./form.js";

/** What stands for a model where Fireworks does not say which. */
const NO_MODEL: ReadonlySet<string> = new Set(["unattributed", "unknown_model"]);

function modelOf(name: string | undefined): string | undefined {
  return name === undefined || NO_MODEL.has(name) ? undefined : name;
}

/** `firectl billing export-usage-costs`. Of users and keys the models are not known. */
export const fireworksUsageCosts: BillForm = {
  format: "fireworks-usage-costs",
  provider: "fireworks",
  columns: [["date", "group_by_dimension", "group_by_value", "subtotal_usd", "currency"]],
  read(fields) {
    requireUsd(fields.currency);
    const isOfModels = dimensionOf(fields) <= DIMENSIONS.indexOf("model_tier");
    const model = isOfModels ? modelOf(textIn(fields, "group_by_value")) : undefined;
    return [{ day: dayIn(fields, "date"), model, usd: usdIn(fields, "subtotal_usd") }];
  },
  rank: dimensionOf,
};

/** What costs are grouped by, best first: each has all the dollars. */
const DIMENSIONS = ["model", "model_tier", "user", "api_key"];

function dimensionOf({ group_by_dimension: name }: Readonly<Json>): number {
  const rank = DIMENSIONS.indexOf(typeof name === "string" ? name.trim() : "");
  if (rank !== -1) return rank;
  throw new BillError(`\`group_by_dimension\` is \`${shown(name)}\`, which is none of ${DIMENSIONS.join(", ")}.`);
}

/** `firectl billing export-metrics`: one row for each event, and no dollars. A deployment's have no tokens. */
export const fireworksBillingMetrics: BillForm = {
  format: "fireworks-billing-metrics",
  provider: "fireworks",
  columns: [["end_time", "usage_type", "base_model_name", "prompt_tokens", "completion_tokens"]],
  read(fields) {
    const inputTokens = countIn(fields, "prompt_tokens") ?? 0;
    const outputTokens = countIn(fields, "completion_tokens") ?? 0;
    const day = dayIn(fields, "end_time");
    if (inputTokens + outputTokens === 0) return [];
    const bucket = textIn(fields, "model_bucket");
    const model = modelOf(textIn(fields, "base_model_name") ?? bucket);
    return [{ day, model, otherName: bucket, inputTokens, outputTokens, requests: 1 }];
  },
};

/** A row of the answer of `usageCosts:query` by DAY and MODEL. Money is units and nano-units. */
export const fireworksQuery: BillForm = {
  format: "fireworks-query",
  provider: "fireworks",
  columns: [["dimensions", "subtotal"]],
  read(fields) {
    const { dimensions, subtotal } = fields;
    return [queryLine(fieldsOf(dimensions), fieldsOf(subtotal))];
  },
};

function queryLine(dimensions: Readonly<Json>, money: Readonly<Json>): BillLine {
  const { unknownModel, unattributedDimensions } = dimensions;
  requireUsd(money.currencyCode);
  const units = billAmount(money.units ?? "0");
  const nanos = billAmount(money.nanos ?? 0, 9);
  if (units === undefined || nanos === undefined)
    throw new BillError(`\`subtotal\` is no amount: units \`${shown(money.units)}\`, nanos \`${shown(money.nanos)}\`.`);
  const isNone = unknownModel === true || itemsOf(unattributedDimensions).includes("MODEL");
  const model = isNone ? undefined : modelOf(textIn(dimensions, "model"));
  return { day: dayIn(dimensions, "startTime"), model, usd: formatUsd(units + nanos) };
}

/** What is to be known of an answer that does not say that its costs are complete. */
export function lagNote(completeness: unknown): string | undefined {
  if (completeness === "COMPLETE") return undefined;
  const word = typeof completeness === "string" ? completeness.slice(0, 40) : "UNKNOWN";
  return `Fireworks says that the attribution of its costs is ${word}: it lags, and may change for a day or more.`;
}
