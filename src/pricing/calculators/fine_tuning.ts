import { checkFields } from "../../base/check_given.js";
import { withJson } from "../../base/json_amounts.js";
import { ConfigurationError } from "../../base/errors.js";
import { costOfTokens, formatUsd, parseUsd, type Usd } from "../../base/money.js";
import { shown } from "../../base/shown.js";
import { dayStart, daysBetween, instantOf } from "../look_up/dates.js";
import { parseModelId } from "../look_up/model_id.js";
import { modelSize } from "../look_up/model_size.js";
import { spellAsFireworks } from "../look_up/providers.js";
import { FIREWORKS_FINE_TUNING, type TuningMethod, type TuningPriceRow } from "../tables/fine_tuning.js";

/** A fine-tuning job. */
export interface FineTuningQuery {
  /** The base model. */
  model: string;
  /** Tokens in the dataset. */
  tokens: number;
  /** @default 1 */
  epochs?: number | undefined;
  /** @default "lora-sft" */
  method?: TuningMethod | undefined;
  /** The base model's total parameters in billions, where its name does not say them. */
  parametersB?: number | undefined;
  /** The day of the price. @default now */
  at?: Date | string | undefined;
}

/** What a fine-tuning job costs. Without a known price `totalUsd` is `undefined`, never 0. */
export interface FineTuningCost {
  status: "priced" | "unpriced";
  totalPico: Usd | undefined;
  totalUsd: string | undefined;
  /** Tokens times epochs. */
  trainingTokens: number;
  usdPerMillion: string | null;
  row: string | null;
  source: string | null;
  checkedOn: string | null;
  ageDays: number | null;
  reason: string;
  /** Doubts about the price, such as that no job can be started any more. */
  warnings: string[];
}

/** The day from which a job has no dataset to train on: uploads are refused. */
const ENDED = "2026-11-15";
const ENDED_WARNING =
  "Fireworks' managed fine-tuning takes no new jobs, and since 2026-11-15 no datasets; the Training API has prices of its own";

/**
 * What managed fine-tuning on Fireworks costs, by training tokens (dataset tokens x epochs) and the base model's size.
 * @throws ConfigurationError when a count is not credible.
 * @example fineTuningCost({ model: "accounts/fireworks/models/qwen3-8b", tokens: 2_000_000, epochs: 3 }).totalUsd; // "3"
 */
export function fineTuningCost(query: FineTuningQuery): FineTuningCost {
  checkFields("query", query, "Pass an object, such as `{ model, tokens: 2_000_000 }`.");
  const { model, tokens, epochs = 1, method = "lora-sft" } = query;
  requireCount("tokens", tokens, 0);
  requireCount("epochs", epochs, 1);
  const trainingTokens = tokens * epochs;
  const atMs = instantOf(query.at);
  if (Number.isNaN(atMs)) return unknown(trainingTokens, "the date of the job is not a date");
  const name = spellAsFireworks(parseModelId(model)?.name ?? "");
  const sizeB = query.parametersB ?? sizeOf(name);
  if (sizeB === undefined)
    return unknown(trainingTokens, "the size of the base model is not known; give `parametersB`");
  const row = FIREWORKS_FINE_TUNING.find((candidate) => fits(candidate, name, sizeB, atMs));
  const price = row?.usdPerMillion[method];
  if (row === undefined || price === undefined) {
    return unknown(trainingTokens, `no price of ${method} for a model of ${sizeB}B is known for that day`);
  }
  const pico = costOfTokens(parseUsd(price), BigInt(tokens) * BigInt(epochs));
  const ageDays = daysBetween(dayStart(row.checkedOn) ?? atMs, atMs);
  const evidence = {
    row: row.id,
    source: row.source,
    checkedOn: row.checkedOn,
    ageDays,
    reason: `${method} of a model of ${sizeB}B`,
    warnings: atMs < (dayStart(ENDED) ?? Infinity) ? [] : [ENDED_WARNING],
  };
  return withJson({
    status: "priced",
    totalPico: pico,
    totalUsd: formatUsd(pico),
    trainingTokens,
    usdPerMillion: price,
    ...evidence,
  });
}

function sizeOf(name: string): number | undefined {
  const size = modelSize(name);
  return size.kind === "sized" ? size.totalB : undefined;
}

function fits(
  { aboveB, upToB, onlyFor, validFrom, validTo }: TuningPriceRow,
  name: string,
  sizeB: number,
  atMs: number,
): boolean {
  if (atMs < (dayStart(validFrom) ?? -Infinity) || atMs >= (dayStart(validTo) ?? Infinity)) return false;
  return sizeB > aboveB && sizeB <= upToB && (onlyFor === undefined || onlyFor.some((word) => name.includes(word)));
}

function requireCount(option: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new ConfigurationError(
    option,
    `\`${option}\` is \`${shown(value)}\`, not a whole number of at least ${least}.`,
    "Correct it.",
  );
}

function unknown(trainingTokens: number, reason: string): FineTuningCost {
  return {
    status: "unpriced",
    totalPico: undefined,
    totalUsd: undefined,
    trainingTokens,
    usdPerMillion: null,
    row: null,
    source: null,
    checkedOn: null,
    ageDays: null,
    reason,
    warnings: [],
  };
}
