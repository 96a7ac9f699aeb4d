import { counted } from "../../base/counted.js";
import { checkOptions, type OptionCheck, type OptionChecks } from "../../base/check_options.js";
import { shown } from "../../base/shown.js";
import { PriceNotFoundError } from "../../base/errors.js";
import { daysBetween } from "./dates.js";
import { localPrice } from "./local_servers.js";
import { DEFAULT_PROVIDER } from "./providers.js";
import { resolvePrice, type Resolution } from "./resolve.js";
import type { PriceAnswer, PriceTable } from "./schema.js";

/** What `priceOf` needs beside the model. */
export interface PriceOfOptions {
  /** @default "fireworks" */
  provider?: string | undefined;
  /** The day of the call; a text is read as `Date` reads it. @default now */
  at?: Date | string | undefined;
  /** Prices that go before the built-in ones; see `definePriceTable`. */
  table?: PriceTable | undefined;
  /** The tier that served, such as `"priority"`. @default none */
  serviceTier?: string | undefined;
  /** The price of a batch job. @default false */
  batch?: boolean | undefined;
  /** Throw `PriceNotFoundError` instead of answering that there is no price. @default false */
  strict?: boolean | undefined;
  /** Warn when the row was last checked more than this many days before the call. */
  maxAgeDays?: number | undefined;
}

/** What the values may be is for the look-up to say, which answers why there is no price. */
const ANYTHING: OptionCheck = [() => true, ""];
const CHECKS: OptionChecks<PriceOfOptions> = {
  provider: ANYTHING,
  at: ANYTHING,
  table: ANYTHING,
  serviceTier: ANYTHING,
  batch: ANYTHING,
  strict: ANYTHING,
  maxAgeDays: ANYTHING,
};

/** What is said of cached input where no rate of its own is listed. */
const CACHED_AS_INPUT = "cached tokens are charged as input: no cached price is listed for this model";

/**
 * The price of a model, with the row that it comes from, its date and source.
 * @throws PriceNotFoundError with `strict`, when there is no price; ConfigurationError for unknown options.
 * @example priceOf("accounts/fireworks/models/kimi-k3").outputUsdPerMillion; // "15"
 */
export function priceOf(model: string, options: PriceOfOptions = {}): PriceAnswer {
  checkOptions("`priceOf`", options, CHECKS);
  const { provider = DEFAULT_PROVIDER, at, serviceTier, batch, table, strict, maxAgeDays } = options;
  const query = { provider, model, at, serviceTier, batch };
  const looked = resolvePrice(query, table);
  const found = typeof model === "string" ? looked : { ...looked, reason: `\`${shown(model)}\` is no id of a model` };
  const resolution =
    found.rates === undefined && found.isListed !== true ? (localPrice(query, found, table) ?? found) : found;
  if (strict === true && resolution.basis === "unpriced") {
    throw new PriceNotFoundError(
      `No price is known for \`${model}\` (${resolution.provider}): ${resolution.reason}. Give one with definePriceTable, or declare it on the model.`,
      { model, provider: resolution.provider },
    );
  }
  return toAnswer(model, resolution, maxAgeDays);
}

function toAnswer(model: string, resolution: Resolution, maxAgeDays: number | undefined): PriceAnswer {
  const { rates, basis, provider, reason, row, source, checkedOn, derived } = resolution;
  const assumptions = [...resolution.assumptions];
  if (rates !== undefined && rates.cachedInput === undefined && basis !== "free") assumptions.push(CACHED_AS_INPUT);
  const ageDays = ageOf(resolution);
  return {
    model,
    provider,
    basis,
    inputUsdPerMillion: rates?.input.usd ?? null,
    cachedInputUsdPerMillion: (rates?.cachedInput ?? rates?.input)?.usd ?? null,
    outputUsdPerMillion: rates?.output.usd ?? null,
    reason,
    row,
    source,
    checkedOn,
    ageDays,
    derived,
    assumptions,
    warnings: withAgeWarning(resolution.warnings, ageDays, maxAgeDays),
  };
}

/** Days from the day on which a row was checked to the call; `null` without such a day. */
export function ageOf({ checkedMs, atMs }: Resolution): number | null {
  return checkedMs === undefined ? null : daysBetween(checkedMs, atMs);
}

/** The warnings, and one more where the row is older than the user allows. */
export function withAgeWarning(warnings: readonly string[], ageDays: number | null, maxAgeDays?: number): string[] {
  if (maxAgeDays === undefined || ageDays === null || ageDays <= maxAgeDays) return [...warnings];
  return [
    ...warnings,
    `the price was last checked ${counted(ageDays, "day")} before the call, more than ${maxAgeDays}`,
  ];
}
