import { ANY_PROVIDER } from "../../pricing/look_up/compiled.js";
import { priceOf, type PriceOfOptions } from "../../pricing/look_up/price_of.js";
import { canonicalProvider, DEFAULT_PROVIDER, ownName, PROVIDERS } from "../../pricing/look_up/providers.js";
import type { PriceRow, PriceTable } from "../../pricing/look_up/schema.js";
import { BUILTIN_PRICES } from "../../pricing/tables/builtin.js";

/** What a model costs, for a price list of somebody else. Amounts are decimal strings in USD per million tokens. */
export interface ListedPrice {
  provider: string;
  /** The whole id, such as `accounts/fireworks/models/kimi-k3`. */
  model: string;
  /** A regular expression of the id and its spellings, and of no other id. */
  pattern: string;
  input: string;
  cachedInput: string;
  output: string;
  /** The first day (UTC) of this price, where it is known. */
  from?: string;
  kind: NonNullable<PriceRow["kind"]>;
}

/** A price, or why there is none. */
export type ListedAnswer = ListedPrice | { model: string; reason: string };

/** The prices of models; of all that the tables name for the provider, where none are named. */
export function listedPrices(models: readonly string[], options: PriceOfOptions): ListedAnswer[] {
  const provider = canonicalProvider(options.provider ?? DEFAULT_PROVIDER);
  const rows = rowsOf(options.table ?? BUILTIN_PRICES, provider);
  const asked = models.length > 0 ? models : rows.flatMap((row) => row.models);
  const answers = asked.map((model) => listedPrice(model, rows, options));
  return [...new Map(answers.map((answer) => [answer.model, answer])).values()];
}

/** The rows of a table, and of those behind it, that a provider's models can be priced by. */
export function rowsOf(table: PriceTable, provider: string): PriceRow[] {
  const own = table.rows.filter((row) => row.provider === provider || row.provider === ANY_PROVIDER);
  return table.fallback === undefined ? own : [...own, ...rowsOf(table.fallback, provider)];
}

function listedPrice(model: string, rows: readonly PriceRow[], options: PriceOfOptions): ListedAnswer {
  const { provider, inputUsdPerMillion: input, outputUsdPerMillion: output, ...answer } = priceOf(model, options);
  if (input === null || output === null) return { model, reason: answer.reason };
  const row = rows.find(({ id }) => id === answer.row);
  const { id, pattern } = spellingsOf(row?.models.find((each) => isSame(each, model)) ?? model, provider);
  return {
    provider,
    model: id,
    pattern,
    input,
    cachedInput: answer.cachedInputUsdPerMillion ?? input,
    output,
    ...(row?.validFrom === undefined ? {} : { from: row.validFrom }),
    kind: row?.kind ?? "model",
  };
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  return a === b || (ownName(a) !== undefined && ownName(a) === ownName(b));
}

/** The whole id, and a pattern of the forms in which users and clients write it: `kimi-k2.6`, `fireworks_ai/kimi-k2p6`, ... */
function spellingsOf(model: string, provider: string): { id: string; pattern: string } {
  const { ids, alsoCalled = [] } = PROVIDERS.get(provider) ?? {};
  const name = ids && ownName(model.toLowerCase());
  if (ids === undefined || name === undefined) return { id: model, pattern: `^${escaped(model)}$` };
  const spelled = ids.spell(name);
  const shelf = model.includes("/routers/") ? "routers" : "models";
  const account = `accounts/${ids.account}/`;
  const called = [...alsoCalled, provider].map(escaped).join("|");
  const forms = escaped(spelled).replace(/(\d)p(?=\d)/g, "$1[p.]");
  return {
    id: `${account}${shelf}/${spelled}`,
    pattern: `^(?:(?:${called})/)?(?:(?:${escaped(account)})?${shelf}/)?${forms}$`,
  };
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** An amount as the number that is written like it; no arithmetic comes between. */
export function perMillion(usd: string): number {
  return Number(usd);
}

/** The same for one token. */
export function perToken(usdPerMillion: string): number {
  return Number(`${usdPerMillion}e-6`);
}
