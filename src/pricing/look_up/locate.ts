import {
  ANY_PROVIDER,
  compileRow,
  indexOf,
  type CompiledAlias,
  type CompiledRow,
  type Located,
  type ProviderIndex,
} from "./compiled.js";
import { parseModelId, type ModelId } from "./model_id.js";
import { PROVIDERS, type AccountIds } from "./providers.js";
import type { LookupQuery, PriceLookup, PriceTable } from "./schema.js";
import { fitTier } from "./size_tiers.js";

const OTHER_ACCOUNT =
  "the id belongs to another account; it is priced as the model it is named after, which holds for serverless only: a deployment bills GPU time";

/** Looks one id up in one table at one time. Never throws, whatever the id. */
export function locate(
  table: PriceTable,
  provider: string,
  model: string,
  atMs: number,
  inputTokens?: number,
): Located {
  const index = indexOf(table, provider);
  const rows = index?.rowsById.get(model);
  if (rows !== undefined) return fromRows(rows, atMs);
  const forAny = indexOf(table, ANY_PROVIDER);
  if (index === undefined && forAny === undefined && table.lookup === undefined) return unknownProvider(provider);
  const id = parseModelId(model);
  if (id === undefined) return { kind: "none", reason: "the model id is empty, or longer than any model id" };
  const ids = PROVIDERS.get(provider)?.ids;
  const own = index === undefined ? undefined : locateIn(index, id, ids, atMs);
  const located = own ?? (forAny === undefined ? undefined : locateIn(forAny, id, ids, atMs));
  if (located !== undefined) return located;
  if (table.lookup !== undefined) return fromLookup(table, { provider, model, at: new Date(atMs), inputTokens });
  if (ids === undefined || index === undefined)
    return { kind: "none", reason: `no row names this model of \`${provider.slice(0, 40)}\`` };
  return bySize(table, index, id, ids, atMs);
}

function unknownProvider(provider: string): Located {
  const reason = `no price table has models of the provider \`${provider.slice(0, 40)}\``;
  return { kind: "none", reason, unknownProvider: true };
}

function locateIn(index: ProviderIndex, id: ModelId, ids: AccountIds | undefined, atMs: number): Located | undefined {
  const rows = index.rowsById.get(id.full);
  if (rows !== undefined) return fromRows(rows, atMs);
  const aliases = index.aliasesById.get(id.full);
  if (aliases !== undefined) return fromAliases(aliases, atMs);
  return ids === undefined || id.deployment ? undefined : locateByName(index, id, ids, atMs);
}

/** The rows or the alias of the same name, whatever the id's decorations. */
function locateByName(index: ProviderIndex, id: ModelId, ids: AccountIds, atMs: number): Located | undefined {
  const name = ids.spell(id.name);
  const foreign = id.account !== undefined && id.account !== ids.account;
  const rows = index.rowsByName.get(name) ?? index.rowsByName.get(id.name);
  if (rows !== undefined && (id.collection !== "routers" || rows.some(isRouted))) {
    // A model and a router may have one name.
    const alike = rows.filter((row) => isRouted(row) === (id.collection === "routers"));
    return fromRows(alike.length === 0 ? rows : alike, atMs, foreign ? OTHER_ACCOUNT : undefined);
  }
  const aliases = foreign ? undefined : index.aliasesByName.get(name);
  return aliases === undefined ? undefined : fromAliases(aliases, atMs);
}

const DEPLOYMENT = "a dedicated deployment bills GPU time and has no price per token; declare its hours to price it";
const ROUTER = "no row names this router, and a router's price differs from that of the model behind it";

/** For ids without a row: by size, but for what the size tiers do not cover. */
function bySize(table: PriceTable, index: ProviderIndex, id: ModelId, ids: AccountIds, atMs: number): Located {
  if (id.deployment) return { kind: "none", reason: DEPLOYMENT, ownPrice: true };
  if (ids.billServed?.has(id.name) === true && (id.account === undefined || id.account === ids.account))
    return { kind: "none", reason: `\`${id.name}\` bills the model that the response names` };
  if (id.collection === "routers") return { kind: "none", reason: ROUTER, ownPrice: true };
  if (id.account !== undefined && id.collection === "other") {
    return { kind: "none", reason: "the id names something else than a model" };
  }
  return fitTier(table, index.tiers, id, ids, atMs);
}

/** Whether a row is for a way to reach a model that has a price of its own, such as a fast router. */
export function isRouted(row: CompiledRow): boolean {
  return row.kind !== "model" && row.kind !== "embedding" && row.kind !== "rerank";
}

function fromRows(rows: readonly CompiledRow[], atMs: number, assumption?: string): Located {
  for (let at = rows.length - 1; at >= 0; at -= 1) {
    const row = rows[at];
    if (row === undefined || atMs < row.fromMs || atMs >= row.toMs) continue;
    const derived = assumption !== undefined;
    return {
      kind: "row",
      row,
      how: derived ? "the price of the model it is named after" : "its listed price",
      derived,
      assumption,
    };
  }
  const first = rows[0];
  const reason =
    first !== undefined && atMs < first.fromMs
      ? `its first known price is of ${first.row.validFrom}, after that date`
      : "none of its known prices holds at that date";
  return { kind: "none", reason };
}

function fromAliases(aliases: readonly CompiledAlias[], atMs: number): Located {
  const alias = aliases.find((entry) => entry.fromMs <= atMs && atMs < entry.toMs);
  if (alias !== undefined) return { kind: "alias", target: alias.target, moves: alias.moves };
  const ownPrice = aliases.some(({ target }) => target.includes("/routers/"));
  return { kind: "none", reason: "an alias whose target at that date is not known", ownPrice };
}

function fromLookup(table: PriceTable, query: LookupQuery): Located {
  let hit: ReturnType<PriceLookup>;
  try {
    hit = table.lookup?.(query);
  } catch (error) {
    // Another package's code: what fails in it must not fail a call.
    return { kind: "none", reason: `the look-up in \`${table.name}\` failed: ${String(error).slice(0, 200)}` };
  }
  if (hit === undefined) return { kind: "none", reason: `\`${table.name}\` does not know this model` };
  return {
    kind: "row",
    row: compileRow(hit.row),
    how: `its price by \`${table.name}\``,
    derived: false,
    assumption: hit.assumption,
  };
}
