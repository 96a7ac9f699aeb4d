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

interface ModelTally {
  provider: string;
  model: string;
  served: Set<string>;
  tally: Tally;
}

const MAX_SERVED = 100;

/** Running sums over entries: all of them, and per model. */
export class RunningTotals {
  readonly #all = new Tally();
  readonly #byModel = new Map<string, ModelTally>();

  add(entry: LedgerEntry): void {
    const { provider, modelRequested: model, modelServed } = entry;
    const key = `${provider}/${model}`;
    const known = this.#byModel.get(key) ?? { provider, model, served: new Set(), tally: new Tally() };
    this.#all.add(entry);
    known.tally.add(entry);
    if (modelServed !== undefined && known.served.size < MAX_SERVED) known.served.add(modelServed);
    this.#byModel.set(key, known);
  }

  get totals(): Totals {
    return this.#all.totals();
  }

  /** Keyed `provider/model`, by the model that was asked for. */
  get byModel(): Record<string, ModelTotals> {
    const models = [...this.#byModel].map(([key, { provider, model, served, tally }]) => [
      key,
      { provider, model, served: [...served], ...tally.totals() },
    ]);
    return Object.fromEntries(models) as Record<string, ModelTotals>;
  }
}
