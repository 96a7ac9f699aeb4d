import type { Ledger, LedgerEntry, OpenedCall } from "../ledger/entry.js";
import type { EndedCall } from "./ended_calls.js";

/** The calls that each ledger has on its books. */
const recorded = new WeakMap<Ledger, WeakSet<EndedCall>>();

/** Hands entries to a ledger, and keeps the ledger's failures from the call. */
export class LedgerWriter {
  readonly #pending = new Set<Promise<void>>();

  constructor(
    readonly ledger: Ledger,
    readonly warn: (warning: string) => void,
  ) {}

  opened(call: OpenedCall): void {
    try {
      this.ledger.opened?.(call);
    } catch (error) {
      this.warn(`a ledger was told of a call that began, and failed: ${messageOf(error)}`);
    }
  }

  /** Records the entry of a call, unless another handler of the same run has put it into the same ledger. */
  record(entry: LedgerEntry, call: EndedCall): void {
    if (this.#isRecorded(call)) return;
    try {
      const pending = this.ledger.record(entry);
      if (pending !== undefined) this.#follow(Promise.resolve(pending));
    } catch (error) {
      this.#report(error);
    }
  }

  /** Resolves when all entries so far are written, or their failure is reported. */
  async flush(): Promise<void> {
    try {
      await this.ledger.flush?.();
    } catch (error) {
      this.#report(error);
    }
    await Promise.all(this.#pending);
  }

  #follow(writing: Promise<void>): void {
    const settled = writing.catch((error: unknown) => this.#report(error)).finally(() => this.#pending.delete(settled));
    this.#pending.add(settled);
  }

  #report(error: unknown): void {
    this.warn(`an entry could not be written to the ledger: ${messageOf(error)}`);
  }

  #isRecorded(call: EndedCall): boolean {
    const calls = recorded.get(this.ledger) ?? new WeakSet<EndedCall>();
    recorded.set(this.ledger, calls);
    if (calls.has(call)) return true;
    calls.add(call);
    return false;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
