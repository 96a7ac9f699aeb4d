import type { LedgerEntry } from "../ledger/entry.js";
import { Tally, type Totals } from "../ledger/tally.js";

/** The sums of one model of one provider. */
export interface ModelTotals extends Totals {
  provider: string;
  /** The model that was asked for: a deployment's name, a router's, an alias. */
  model: string;
  /** The models that served it, as the answers name them: the first hundred, in the order in which they came up. */
  served: string[];
}

const MAX_SERVED = 100;
const MAX_MODELS = 1000;

/** The key, the provider and the model of the row for the calls of all further models. All other keys have a `/`. */
const OTHERS = "others";

/** The running sums of one model. */
class ModelTally {
  readonly #served = new Set<string>();
  readonly #tally = new Tally();
  /** What was read since the last call. */
  #totals: ModelTotals | undefined;

  constructor(
    readonly provider: string,
    readonly model: string,
  ) {}

  add(entry: LedgerEntry): void {
    this.#totals = undefined;
    this.#tally.add(entry);
    const { modelServed } = entry;
    if (modelServed !== undefined && this.#served.size < MAX_SERVED) this.#served.add(modelServed);
  }

  /** The sums so far, as a copy. */
  get totals(): ModelTotals {
    const { provider, model } = this;
    this.#totals ??= { provider, model, served: [], ...this.#tally.totals() };
    return { ...this.#totals, served: [...this.#served] };
  }
}

/** Running sums over entries: all of them, and per model. */
export class RunningTotals {
  readonly #all = new Tally();
  readonly #byModel = new Map<string, ModelTally>();
  #others: ModelTally | undefined;

  add(entry: LedgerEntry): void {
    this.#all.add(entry);
    this.#tallyOf(entry).add(entry);
  }

  get totals(): Totals {
    return this.#all.totals();
  }

  /** Keyed `provider/model`, by the model that was asked for: the first thousand, and `others` for the calls of all further ones. */
  get byModel(): Record<string, ModelTotals> {
    const models: Record<string, ModelTotals> = {};
    for (const [key, tally] of this.#byModel) models[key] = tally.totals;
    if (this.#others !== undefined) models[OTHERS] = this.#others.totals;
    return models;
  }

  #tallyOf({ provider, modelRequested: model }: LedgerEntry): ModelTally {
    const key = `${provider}/${model}`;
    const known = this.#byModel.get(key);
    if (known !== undefined) return known;
    if (this.#byModel.size === MAX_MODELS) return (this.#others ??= new ModelTally(OTHERS, OTHERS));
    const tally = new ModelTally(provider, model);
    this.#byModel.set(key, tally);
    return tally;
  }
}
