import type { Ledger, LedgerEntry } from "../ledger/entry.js";

/** The ends (results or errors) that each ledger has on its books, by the id of their run. */
const recorded = new WeakMap<Ledger, WeakMap<object, Set<string>>>();

/** Hands entries to a ledger, and keeps the ledger's failures from the call. */
export class LedgerWriter {
  readonly #pending = new Set<Promise<void>>();

  constructor(
    readonly ledger: Ledger,
    readonly warn: (warning: string) => void,
  ) {}

  /** Records an entry, unless another handler of the same run has put it into the same ledger. `end` is the run's result or error. */
  record(entry: LedgerEntry, end: unknown): void {
    if (this.#isRecorded(entry, end)) return;
    try {
      const pending = this.ledger.record(entry);
      if (pending !== undefined) this.#follow(Promise.resolve(pending));
    } catch (error) {
      this.#report(error);
    }
  }

  /** Resolves when all entries so far are written, or their failure is reported. */
  async flush(): Promise<void> {
    await Promise.all(this.#pending);
  }

  #follow(writing: Promise<void>): void {
    const settled = writing.catch((error: unknown) => this.#report(error)).finally(() => this.#pending.delete(settled));
    this.#pending.add(settled);
  }

  #report(error: unknown): void {
    this.warn(`an entry could not be written to the ledger: ${error instanceof Error ? error.message : String(error)}`);
  }

  #isRecorded(entry: LedgerEntry, end: unknown): boolean {
    if (typeof end !== "object" || end === null) return false;
    const ends = recorded.get(this.ledger) ?? new WeakMap<object, Set<string>>();
    recorded.set(this.ledger, ends);
    const runs = ends.get(end) ?? new Set();
    ends.set(end, runs);
    if (runs.has(entry.id)) return true;
    runs.add(entry.id);
    return false;
  }
}
