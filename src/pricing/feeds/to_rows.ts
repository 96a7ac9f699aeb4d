import type { PriceAlias, PriceRow, Rates, RowKind } from "../look_up/schema.js";
import type { ListedFacts, ListedMode } from "./listed_mode.js";
import { readListedRates } from "./listed_rates.js";
import type { Notes } from "./notes.js";

/** What the list says of a model that can be called by an id. */
export interface ListedModel extends ListedFacts {
  id: string;
}

/** The list as rows of a price table, undated. */
export interface ListedRows {
  rows: readonly PriceRow[];
  aliases: readonly PriceAlias[];
  models: readonly ListedModel[];
  /** Ids of which something could not be read, by the service tier that is missing (`standard` for the id's own price; none where that is not known). */
  leftOut: ReadonlyMap<string, ReadonlySet<string>>;
}

const PROVIDER = "fireworks";
const STANDARD = "standard";

/** Modes that have an id of their own. */
const KINDS: ReadonlyMap<string, RowKind> = new Map([
  [STANDARD, "model"],
  ["fast", "fast"],
  ["us", "us"],
  ["fast-us", "us"],
  ["spot", "spot"],
  ["flex", "flex"],
  ["ultrafast", "ultrafast"],
  ["ultra-fast", "ultrafast"],
]);

/** @param source where the rows come from, such as the list's address */
export function toRows(modes: readonly ListedMode[], source: string, notes: Notes): ListedRows {
  const list = new RowsInTheMaking(source, notes);
  for (const mode of modes) list.add(mode);
  return list.rows();
}

/** The prices of one id: its own, and those of service tiers. */
interface Draft {
  kind: RowKind;
  standard?: Rates;
  tiers: Map<string, Rates>;
}

class RowsInTheMaking {
  readonly #drafts = new Map<string, Draft>();
  readonly #aliases = new Map<string, string | null>();
  readonly #models = new Map<string, ListedModel>();
  readonly #leftOut = new Map<string, Set<string>>();

  constructor(
    private readonly source: string,
    private readonly notes: Notes,
  ) {}

  add(mode: ListedMode): void {
    if (mode.isUnread === true) {
      this.#miss(mode.model);
      return;
    }
    const { model, ownId = model, facts } = mode;
    const places = placesOf(mode);
    for (const alias of mode.aliases) this.#addAlias(alias, ownId);
    for (const [id] of places) if (!this.#models.has(id)) this.#models.set(id, { id, ...facts });
    if (places.length === 0)
      this.notes.add(`Left out: ${nameOf(mode)}: it says neither by what id it is called nor by what service tier.`);
    const read = readListedRates(mode.pricing, hasNoAnswer(facts), mode.currency);
    if ("problem" in read) {
      this.#leaveOut(places, mode, read.problem);
      return;
    }
    if (read.unread.length > 0)
      this.notes.add(`Not read of ${nameOf(mode)}: ${read.unread.map((sku) => `\`${sku}\``).join(", ")}.`);
    for (const [id, tier] of places) this.#addRates(id, tier, read.rates, mode);
  }

  rows(): ListedRows {
    const rows = [...this.#drafts].flatMap(([id, draft]) => this.#toRow(id, draft));
    const aliases = [...this.#aliases].flatMap(([alias, target]) =>
      target === null ? [] : [{ provider: PROVIDER, alias, target, source: this.source, moves: true }],
    );
    return { rows, aliases, models: [...this.#models.values()], leftOut: this.#leftOut };
  }

  #toRow(id: string, { kind, standard, tiers }: Draft): PriceRow[] {
    if (standard === undefined) {
      if (tiers.size > 0)
        this.notes.add(
          `Left out: \`${id}\`, which has a price for ${[...tiers.keys()].join(", ")} only, and no Standard one.`,
        );
      this.#miss(id, STANDARD);
      return [];
    }
    const priority = tiers.get("priority");
    const others = [...tiers].filter(([tier]) => tier !== "priority");
    return [
      {
        id: `${PROVIDER}/${id.replace(/^accounts\/fireworks\//, "")}`,
        provider: PROVIDER,
        models: [id],
        kind,
        standard,
        ...(priority === undefined ? {} : { priority }),
        ...(others.length === 0 ? {} : { tiers: Object.fromEntries(others) }),
        source: this.source,
      },
    ];
  }

  #addRates(id: string, tier: string, rates: Rates, mode: ListedMode): void {
    const draft = this.#drafts.get(id) ?? { kind: kindOf(id, mode), tiers: new Map<string, Rates>() };
    this.#drafts.set(id, draft);
    const known = tier === STANDARD ? draft.standard : draft.tiers.get(tier);
    if (known !== undefined && !sameRates(known, rates)) {
      // Which of the two holds is not known, so neither does.
      this.#leaveOut([[id, tier]], mode, "it is listed twice, at different prices");
      if (tier === STANDARD) delete draft.standard;
      else draft.tiers.delete(tier);
      return;
    }
    if (this.#leftOut.get(id)?.has(tier) === true) return;
    if (tier === STANDARD) draft.standard = rates;
    else draft.tiers.set(tier, rates);
  }

  #addAlias(alias: string, target: string): void {
    if (alias === target) return;
    const known = this.#aliases.get(alias);
    if (known !== undefined && known !== target) {
      this.notes.add(`Left out: the alias \`${alias}\`, which stands for two models.`);
      this.#aliases.set(alias, null);
    } else if (known === undefined) this.#aliases.set(alias, target);
  }

  #leaveOut(places: readonly Place[], mode: ListedMode, why: string): void {
    if (places.length > 0) this.notes.add(`Left out: ${nameOf(mode)}: ${why}.`);
    for (const [id, tier] of places) this.#miss(id, tier);
  }

  #miss(id: string, ...tiers: string[]): void {
    this.#leftOut.set(id, new Set([...(this.#leftOut.get(id) ?? []), ...tiers]));
  }
}

/** What a call asks for: an id, and the service tier with it. */
type Place = readonly [id: string, tier: string];

/** A mode that a request asks for in two ways has its price in both places. */
function placesOf({ model, mode, serviceTier, ownId }: ListedMode): Place[] {
  const own: Place[] = ownId === undefined ? [] : [[ownId, STANDARD]];
  if (serviceTier !== undefined) return [[model, serviceTier], ...own];
  return mode === STANDARD ? [[model, STANDARD], ...own] : own;
}

/** What a price of that id is for. A mode that is new has a price of its own, as those that are known have. */
function kindOf(id: string, { model, mode, facts }: ListedMode): RowKind {
  if (id === model || mode === STANDARD) return hasNoAnswer(facts) ? "embedding" : "model";
  return KINDS.get(mode) ?? "other";
}

function hasNoAnswer({ outputModalities }: ListedFacts): boolean {
  return outputModalities?.every((modality) => /^(?:embeddings?|scores?|ranking)$/i.test(modality)) === true;
}

function nameOf({ model, ownId, mode }: ListedMode): string {
  return `\`${ownId ?? model}\` (${mode.slice(0, 40)})`;
}

/** Whether two prices are the same. Amounts are written in their shortest form. */
export function sameRates(one: Rates | undefined, other: Rates | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const units = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof Rates>; // their own keys
  return [...units].every((unit) => one[unit] === other[unit]);
}
