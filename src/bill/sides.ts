import type { LedgerEntry } from "../ledger/entry.js";
import { canonicalProvider } from "../pricing/look_up/providers.js";
import type { Bill, BillLine } from "./bill_line.js";
import { DayModel } from "./day_model.js";
import { entryDay, isDayBefore } from "./fields.js";
import { keysOfCall, keysOfLine } from "./model_names.js";

/** Of so many answers a bill's ids are kept; what comes after them is compared by day and model alone. */
const MAX_IDS = 1_000_000;

/** Which days and calls are compared. */
export interface SidesOptions {
  /** The first day that is compared, `YYYY-MM-DD` in UTC. @default no bound */
  from?: string | undefined;
  /** The last day that is compared. @default no bound */
  to?: string | undefined;
  /** The provider whose calls are compared. @default the bill's own */
  provider?: string | undefined;
}

/** Both sides, by day and model. It grows with the days, the models and the bill's ids, not with the calls. */
export class Sides {
  readonly #days = new Map<string, Map<string, DayModel>>();
  /** Every name that the bill has for a model, and the key of it. */
  readonly #keys = new Map<string, string>();
  /** By key, the name of a model as it is shown. */
  readonly #names = new Map<string, string>();
  readonly #ids = new Map<string, DayModel>();
  readonly #providers = new Set<string>();
  readonly #isOfOne: boolean;
  #hasAnswerIds = false;
  /** Entries that were compared, those of other providers, and those of other days. */
  readonly entries = { compared: 0, ofOthers: 0, outside: 0 };

  constructor(
    bill: Bill,
    readonly options: SidesOptions,
  ) {
    const provider = options.provider ?? bill.provider;
    this.#isOfOne = provider !== undefined;
    if (provider !== undefined) this.#providers.add(asProvider(provider));
  }

  /** Whose calls are compared. */
  get providers(): readonly string[] {
    return [...this.#providers].toSorted();
  }

  /** Whether there are more ids than are kept. */
  get areIdsCut(): boolean {
    return this.#ids.size === MAX_IDS;
  }

  addLine(line: BillLine): void {
    const { day, model, otherName, provider, responseId, runId } = line;
    if (this.#isOutside(day)) return;
    if (provider !== undefined && !this.#isOfOne) this.#providers.add(asProvider(provider));
    const keys = model === undefined ? [""] : keysOfLine(model, otherName);
    const key = this.#known(keys) ?? keys[0] ?? "";
    for (const one of keys) if (!this.#keys.has(one)) this.#keys.set(one, key);
    const group = this.#group(day, key, model ?? "", provider ?? this.providers[0] ?? "");
    group.theirs.add(line);
    this.#hasAnswerIds ||= responseId !== undefined;
    const id = responseId ?? runId;
    if (id !== undefined && this.#ids.size < MAX_IDS) this.#ids.set(id, group);
  }

  /** Takes one entry in, after all lines of the bill. */
  addEntry(entry: LedgerEntry): void {
    // Nothing was spent: a gate denied it, a cache answered, or nothing left.
    if (entry.cost.status === "none") return;
    const isTheirs = this.#providers.has(asProvider(entry.provider));
    const matched = isTheirs || !this.#isOfOne ? this.#takeById(entry) : undefined;
    const day = matched?.day ?? entryDay(entry.endedAt);
    if (matched === undefined && !isTheirs) this.entries.ofOthers += 1;
    else if (this.#isOutside(day)) this.entries.outside += 1;
    else this.#compare(entry, matched ?? this.#groupOf(entry, day), matched !== undefined);
  }

  /** By day, then by model; what no model is named of comes last. */
  groups(): DayModel[] {
    for (const group of this.#ids.values()) group.theirs.notInLedger += 1;
    this.#ids.clear();
    const all = [...this.#days.values()].flatMap((models) => [...models.values()]);
    return all.toSorted(
      (a, b) => order(a.day, b.day) || Number(a.key === "") - Number(b.key === "") || order(a.key, b.key),
    );
  }

  #compare(entry: LedgerEntry, group: DayModel, isById: boolean): void {
    this.entries.compared += 1;
    if (group.ours.calls === 0)
      group.pricedAs = { provider: entry.provider, model: entry.modelServed ?? entry.modelRequested };
    group.ours.add(entry);
    if (!isById && isDayBefore(entryDay(entry.startedAt), group.day)) group.ours.addLate(entry);
    if (!isById && this.#hasAnswerIds && entry.responseId !== undefined) group.ours.notOnBill += 1;
  }

  #takeById({ responseId, runId }: LedgerEntry): DayModel | undefined {
    for (const id of [responseId, runId]) {
      const group = id === undefined ? undefined : this.#ids.get(id);
      if (id === undefined || group === undefined) continue;
      this.#ids.delete(id);
      return group;
    }
    return undefined;
  }

  #groupOf(entry: LedgerEntry, day: string): DayModel {
    const keys = keysOfCall(entry);
    const key = this.#known(keys) ?? keys[0] ?? "";
    return this.#group(day, key, entry.modelServed ?? entry.modelRequested, entry.provider);
  }

  #known(keys: readonly string[]): string | undefined {
    return keys.map((key) => this.#keys.get(key)).find((key) => key !== undefined);
  }

  #group(day: string, key: string, model: string, provider: string): DayModel {
    let models = this.#days.get(day);
    if (models === undefined) this.#days.set(day, (models = new Map<string, DayModel>()));
    const name = this.#names.get(key) ?? model;
    this.#names.set(key, name);
    let group = models.get(key);
    if (group === undefined) models.set(key, (group = new DayModel(day, key, name, provider)));
    return group;
  }

  #isOutside(day: string): boolean {
    const { from = day, to = day } = this.options;
    return day < from || day > to;
  }
}

/** The name that tables have for whoever a bill or an entry names, such as `Fireworks AI`. */
function asProvider(name: string): string {
  return canonicalProvider(name.trim().replaceAll(" ", "-"));
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
