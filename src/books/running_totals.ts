import type { LedgerEntry } from "../ledger/entry.js";
import { Tally, type Totals } from "../ledger/tally.js";

/** The sums of one model of one provider. */
export interface ModelTotals extends Totals {
  provider: string;
  model: string;
}

interface ModelTally {
  provider: string;
  model: string;
  tally: Tally;
}

/** Running sums over entries: all of them, and per model. */
export class RunningTotals {
  readonly #all = new Tally();
  readonly #byModel = new Map<string, ModelTally>();

  add(entry: LedgerEntry): void {
    const { provider, modelRequested: model } = entry;
    const key = `${provider}/${model}`;
    const known = this.#byModel.get(key) ?? { provider, model, tally: new Tally() };
    this.#all.add(entry);
    known.tally.add(entry);
    this.#byModel.set(key, known);
  }

  get totals(): Totals {
    return this.#all.totals();
  }

  /** Keyed `provider/model`, by the model that was asked for. */
  get byModel(): Record<string, ModelTotals> {
    const models = [...this.#byModel].map(([key, { provider, model, tally }]) => [
      key,
      { provider, model, ...tally.totals() },
    ]);
    return Object.fromEntries(models) as Record<string, ModelTotals>;
  }
}
