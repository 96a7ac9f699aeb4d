import * as z from "zod/mini";
import { formatUsd, tryParseUsdOrNumber } from "../../base/money.js";
import { COUNTED_UNITS, MORE_TOKEN_UNITS, type CountedUnit, type MoreTokens } from "../units.js";
import { dateSchema, daySchema } from "./date_schema.js";

/** An amount in USD: a decimal string such as `"0.15"`, or a number. */
export type UsdInput = string | number;

/** What every row of a table of one's own has. */
export interface PriceRowSubject {
  /** The model's id, or several that are priced alike. */
  model: string | string[];
  /** Whose model it is, by LangSmith's name of the provider. @default every provider's */
  provider?: string | undefined;
  /** The first day on which the row holds, such as `"2026-09-01"`, or an instant, such as `"2026-09-01T12:30:00Z"`. @default always */
  validFrom?: string | undefined;
  /** The first day on which it no longer holds, or the instant from which it does not. @default for ever */
  validTo?: string | undefined;
  /** Where the figures come from, such as a page's address. @default "given by the user" */
  source?: string | undefined;
}

/** Where a row's figures come from, for those who check them. */
export interface PriceRowEvidence {
  /** The day on which somebody looked, such as `"2026-09-01"`. */
  checkedOn?: string | undefined;
  /** Anything worth saying. */
  note?: string | undefined;
  /** The row's name in costs and ledgers. @default one made of the table's name, the model and the day */
  id?: string | undefined;
}

/** Prices per million tokens, and per thousand of what is counted by the piece. */
export interface RatesInput extends MoreRatesInput {
  /** Of input that was not cached. */
  inputUsdPerMillion: UsdInput;
  /** Of output, reasoning included. */
  outputUsdPerMillion: UsdInput;
  /** Of input that was read from the cache. @default as other input, and the cost says that it was assumed */
  cachedInputUsdPerMillion?: UsdInput | undefined;
  /** Of input that was written to the cache, for five minutes where that is priced apart. */
  cacheWriteUsdPerMillion?: UsdInput | undefined;
}

/**
 * Prices of what most models have none for: `inputAudioUsdPerMillion`, `webSearchUsdPerThousand` and so on. What was counted
 * and has no price makes a cost a lower bound: tokens are then charged as the kind above them (audio as input, what is
 * written for an hour as what is written), and pieces at nothing.
 */
export type MoreRatesInput = {
  readonly [Kind in Exclude<MoreTokens, "cachedInput" | "cacheWrite"> as `${Kind}UsdPerMillion`]?: UsdInput;
} & { readonly [Piece in CountedUnit as `${Piece}UsdPerThousand`]?: UsdInput };

/** A row with a price. */
export interface PricedRowInput extends PriceRowSubject, PriceRowEvidence, RatesInput {
  /** Prices of the priority tier, where they differ. */
  priority?: RatesInput | undefined;
  /** Prices of other service tiers, by their names: `{ flex: { ... } }`. A tier without a price is unpriced. */
  serviceTiers?: Record<string, RatesInput> | undefined;
}

/** A row of a model that costs nothing. */
export interface FreeRowInput extends PriceRowSubject, PriceRowEvidence {
  free: true;
}

/** A row of a model that costs what another one does, such as a fine-tune of it. */
export interface AliasRowInput extends PriceRowSubject {
  /** The other model's id. */
  sameAs: string;
}

/**
 * A row as users write it: a price, `free: true`, or `sameAs` for a fine-tune that costs what its base does. Amounts are
 * decimal strings or numbers in USD per million tokens; without `provider` it holds for every provider.
 */
export type PriceRowInput = PricedRowInput | FreeRowInput | AliasRowInput;

/** The field of each unit's rate. */
export const RATE_FIELDS = [
  ...(["input", "output", ...MORE_TOKEN_UNITS] as const).map((unit) => [unit, `${unit}UsdPerMillion`] as const),
  ...COUNTED_UNITS.map((unit) => [unit, `${unit}UsdPerThousand`] as const),
];

/** The three kinds of row. Made when a table is: most programs that load this package define none. */
export function rowSchemas(): RowSchemas {
  return (schemas ??= makeSchemas());
}

let schemas: RowSchemas | undefined;

function makeSchemas() {
  const amount = z.pipe(
    z
      .union([z.string(), z.number()])
      .check(z.refine((value) => tryParseUsdOrNumber(value) !== undefined, 'not an amount in USD such as "0.15"')),
    z.transform((value) => formatUsd(tryParseUsdOrNumber(value) ?? 0n)),
  );
  const [day, date] = [daySchema(), dateSchema()];
  const id = z.string().check(z.trim(), z.minLength(1, "empty"));
  const optional = z.optional(amount);
  const more = Object.fromEntries(RATE_FIELDS.map(([, field]) => [field, optional])) as Record<
    (typeof RATE_FIELDS)[number][1],
    typeof optional
  >; // made of those names
  const rates = { ...more, inputUsdPerMillion: amount, outputUsdPerMillion: amount };
  const tier = z.strictObject(rates);
  const subject = {
    model: z.union([id, z.array(id).check(z.minLength(1, "empty"))]),
    provider: z.optional(id),
    validFrom: z.optional(date),
    validTo: z.optional(date),
    source: z.optional(z.string()),
  };
  const evidence = { checkedOn: z.optional(day), note: z.optional(z.string()), id: z.optional(id) };
  return {
    priced: z.strictObject({
      ...subject,
      ...evidence,
      ...rates,
      priority: z.optional(tier),
      serviceTiers: z.optional(z.record(id, tier)),
    }),
    free: z.strictObject({ ...subject, ...evidence, free: z.literal(true) }),
    alias: z.strictObject({ ...subject, sameAs: id }),
  };
}

type RowSchemas = ReturnType<typeof makeSchemas>;

/** A row with a price, checked: its amounts are decimal strings. */
export type PricedRow = z.output<RowSchemas["priced"]>;
/** A free row, checked. */
export type FreeRow = z.output<RowSchemas["free"]>;
/** An alias, checked. */
export type AliasRow = z.output<RowSchemas["alias"]>;
