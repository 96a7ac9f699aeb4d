import { FREE_RATES, type CompiledRates, type Located } from "./compiled.js";
import { instantOf } from "./dates.js";
import { isRouted, locate } from "./locate.js";
import { batchWarnings, modifyRates, standardAt, type CallMode } from "./modifiers.js";
import { PROVIDERS, canonicalProvider } from "./providers.js";
import { isPriceTable, type PriceBasis, type PriceQuery, type PriceTable } from "./schema.js";
import { isAnother, isLessExact } from "./related_models.js";
import { BUILTIN_PRICES } from "../tables/builtin.js";

/** A look-up's result: rates and the evidence for them, or why there are none. */
export interface Resolution {
  basis: PriceBasis;
  provider: string;
  /** Absent when unpriced. */
  rates?: CompiledRates;
  /** Whether a row names the model, though it has no price for how the call was made. */
  isListed?: true;
  /** Whether a kind of tokens without a rate is known to cost what its parent does. */
  isComplete?: boolean;
  reason: string;
  row: string | null;
  source: string | null;
  checkedOn: string | null;
  checkedMs?: number;
  atMs: number;
  derived: boolean;
  assumptions: readonly string[];
  warnings: readonly string[];
}

interface ChainHit {
  found: Located;
  origin: PriceTable["origin"];
  /** Set when the id stands for another that moves. */
  moves?: boolean;
}

interface When {
  atMs: number;
  inputTokens: number | undefined;
}

const NONE: readonly string[] = [];

/** Aliases of aliases are followed this far. */
const MAX_ALIASES = 3;

/** Finds the price of a call, along a table and its fallbacks. Never throws, whatever the query holds. */
export function resolvePrice(query: PriceQuery, ownTable?: PriceTable): Resolution {
  const table = ownTable ?? BUILTIN_PRICES;
  const provider = canonicalProvider(query.provider);
  const atMs = instantOf(query.at);
  if (!Number.isFinite(atMs)) return unpriced(provider, 0, "the date of the call is not a date");
  if (!isPriceTable(table))
    return unpriced(provider, atMs, "the `table` is no price table; make one with definePriceTable");
  const when = { atMs, inputTokens: query.inputTokens };
  const find = (model: string) => withAnswer(locateInChain(table, provider, model, when), query);
  const requested = find(String(query.model));
  const { found, origin } = servedOr(requested, query, find);
  const mode = { provider, serviceTier: query.serviceTier, batch: query.batch };
  switch (found.kind) {
    case "row":
      return fromRow(found, origin, mode, atMs);
    case "tier":
      return fromTier(found, mode, atMs);
    case "alias":
      return unpriced(provider, atMs, "an alias that leads back to itself");
    case "none":
      return unpriced(provider, atMs, found.reason);
  }
}

/** The first answer along a table and its fallbacks, with aliases followed; failing that, the last table's reason. */
function locateInChain(table: PriceTable, provider: string, model: string, when: When, depth = 0): ChainHit {
  let found = locate(table, provider, model, when.atMs, when.inputTokens);
  let at = table;
  while (found.kind === "none" && at.fallback !== undefined) {
    at = at.fallback;
    const next = locate(at, provider, model, when.atMs, when.inputTokens);
    if (next.kind !== "none" || next.unknownProvider !== true) found = next;
  }
  if (found.kind !== "alias" || depth === MAX_ALIASES) return { found, origin: at.origin };
  const { target, moves } = found;
  const hit = locateInChain(table, provider, target, when, depth + 1);
  const how = `${moves ? "an alias of" : "declared to cost the same as"} \`${target}\``;
  return hit.found.kind === "row" || hit.found.kind === "tier"
    ? { ...hit, found: withHow(hit.found, how), moves: moves || hit.moves === true }
    : hit;
}

/** Rows for embeddings and rerankers have no price for what answers. */
function withAnswer(hit: ChainHit, { outputTokens = 0 }: PriceQuery): ChainHit {
  const { found } = hit;
  if (!(outputTokens > 0) || !hasNoAnswer(found)) return hit;
  return {
    ...hit,
    found: { kind: "none", reason: "its row is one of models that answer with no tokens, and this call has some" },
  };
}

function hasNoAnswer(found: Located): boolean {
  return found.kind === "row" && (found.row.kind === "embedding" || found.row.kind === "rerank");
}

function withHow(found: Extract<Located, { kind: "row" | "tier" }>, how: string): Located {
  return found.kind === "row" ? { ...found, how, derived: true } : { ...found, how: `${how}: ${found.how}` };
}

/**
 * Decides between the model asked for and the model that the response names. A router's price is its own. A moving
 * alias, or a model that another answered for, costs what served it. A size tier never outbids a listed price.
 */
function servedOr(requested: ChainHit, query: PriceQuery, find: (model: string) => ChainHit): ChainHit {
  const { servedModel, model, provider } = query;
  if (typeof servedModel !== "string" || servedModel === "" || servedModel === model) return requested;
  const { found } = requested;
  if (found.kind === "none" && found.ownPrice === true) return requested;
  if (found.kind === "row" && hasDeployments(provider) && knowsBetter(requested, model, servedModel)) return requested;
  const served = find(servedModel);
  if (hasNoAnswer(served.found) && found.kind !== "none" && !hasNoAnswer(found)) return requested;
  if (found.kind === "row" && isRouted(found.row)) {
    return requested.moves === true && served.found.kind === "row" && isRouted(served.found.row) ? served : requested;
  }
  if (found.kind === "row" && requested.origin === "user" && served.origin !== "user")
    return withAnother(requested, model, servedModel);
  if (served.found.kind === "row" || (served.found.kind === "none" && served.found.ownPrice === true)) return served;
  return found.kind === "row" || served.found.kind === "none" ? requested : served;
}

/** Whether what was asked for tells the price of a deployment: the user's own row for its name, or a name with more to it. */
function knowsBetter({ origin }: ChainHit, model: string, servedModel: string): boolean {
  const isOwn = origin === "user" && !isLessExact(model, servedModel) && !isAnother(model, servedModel);
  return isOwn || isLessExact(servedModel, model);
}

/** The price of what was asked for, with a word where another model of the family answered, of which there is none. */
function withAnother(requested: ChainHit, model: string, servedModel: string): ChainHit {
  const { found } = requested;
  if (found.kind !== "row" || !isAnother(model, servedModel)) return requested;
  const note = `\`${servedModel.slice(0, 80)}\` answered: the price is that of the model that was asked for`;
  const assumption = found.assumption === undefined ? note : `${found.assumption}; ${note}`;
  return { ...requested, found: { ...found, assumption } };
}

function hasDeployments(provider: string): boolean {
  return PROVIDERS.get(canonicalProvider(provider))?.hasDeployments === true;
}

function fromRow(
  { row, how, derived, assumption }: Extract<Located, { kind: "row" }>,
  origin: PriceTable["origin"],
  mode: CallMode,
  atMs: number,
): Resolution {
  const modified = modifyRates(standardAt(row, atMs), row.tiers, mode);
  if ("reason" in modified) return { ...unpriced(mode.provider, atMs, modified.reason), isListed: true };
  const { source, checkedOn, lastListed } = row.row;
  // Written out, as in fromTier: spreading objects takes V8 ten times as long as the look-up.
  return {
    basis: row.free ? "free" : origin === "user" ? "user" : "exact",
    provider: mode.provider,
    rates: row.free ? FREE_RATES : modified.rates,
    isComplete: row.row.isComplete,
    reason: row.free ? "declared free" : how,
    row: row.id,
    source,
    checkedOn: checkedOn ?? null,
    checkedMs: row.checkedMs,
    atMs,
    derived,
    assumptions: withFirst(assumption, modified.assumptions),
    warnings: withFirst(
      lastListed === undefined ? undefined : `not on the newest price list; last listed ${lastListed}`,
      batchWarnings(mode, atMs),
    ),
  };
}

function fromTier(
  { tier, how, assumption }: Extract<Located, { kind: "tier" }>,
  mode: CallMode,
  atMs: number,
): Resolution {
  const modified = modifyRates(tier.rates, undefined, mode);
  if ("reason" in modified) return unpriced(mode.provider, atMs, modified.reason);
  return {
    basis: "tier",
    provider: mode.provider,
    rates: modified.rates,
    reason: how,
    row: tier.tier.id,
    source: tier.tier.source,
    checkedOn: tier.tier.checkedOn,
    checkedMs: tier.checkedMs,
    atMs,
    derived: true,
    assumptions: withFirst(assumption, modified.assumptions),
    warnings: batchWarnings(mode, atMs),
  };
}

function withFirst(first: string | undefined, rest: readonly string[]): readonly string[] {
  return first === undefined ? rest : [first, ...rest];
}

/** An answer without a price, and why. */
export function unpriced(provider: string, atMs: number, reason: string): Resolution {
  return {
    basis: "unpriced",
    provider,
    reason,
    row: null,
    source: null,
    checkedOn: null,
    atMs,
    derived: false,
    assumptions: NONE,
    warnings: NONE,
  };
}
