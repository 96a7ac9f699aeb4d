import { ConfigurationError } from "../base/errors.js";
import { shown } from "../base/shown.js";
import { BoundedMap } from "./bounded_map.js";
import { callKey } from "./call_key.js";
import type { Ledger, LedgerEntry } from "./entry.js";

const DEFAULT_MAX_ENTRIES = 10_000;

/** Options of `MemoryLedger`. */
export interface MemoryLedgerOptions {
  /** How many entries are kept; the oldest are dropped first. @default 10000 */
  maxEntries?: number | undefined;
}

/**
 * A ledger in memory, of the newest entries. An entry that comes again replaces the one of the same call.
 * @example
 * const ledger = new MemoryLedger({ maxEntries: 1000 });
 * const costs = new CostCallbackHandler({ ledger });
 * const model = new ChatFireworks("accounts/fireworks/models/minimax-m3p1-flash", { callbacks: [costs] });
 * await model.invoke("What are tides?");
 * ledger.entries[0]?.cost.usd; // a decimal string
 */
export class MemoryLedger implements Ledger {
  readonly #entries: BoundedMap<string, LedgerEntry>;
  #dropped = 0;

  /** @throws ConfigurationError when `maxEntries` (10000 by default) is not a whole number of at least 1 */
  constructor({ maxEntries = DEFAULT_MAX_ENTRIES }: MemoryLedgerOptions = {}) {
    if (!Number.isInteger(maxEntries) || maxEntries < 1) {
      throw new ConfigurationError(
        "maxEntries",
        `\`maxEntries\` is \`${shown(maxEntries)}\`.`,
        "It must be a whole number of at least 1.",
      );
    }
    this.#entries = new BoundedMap(maxEntries);
  }

  /** The entries, oldest first. */
  get entries(): LedgerEntry[] {
    return [...this.#entries.values()];
  }

  /** How many entries were dropped to make room. */
  get dropped(): number {
    return this.#dropped;
  }

  record(entry: LedgerEntry): void {
    const key = callKey(entry);
    const isFull = this.#entries.size === this.#entries.limit && !this.#entries.has(key);
    this.#entries.set(key, entry);
    if (isFull) this.#dropped += 1;
  }
}
