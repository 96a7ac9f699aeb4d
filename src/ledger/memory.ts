import { checkOptions, wholeFrom } from "../base/check_options.js";
import { BoundedMap } from "./bounded_map.js";
import { callKey } from "./call_key.js";
import { checkEntry } from "./check_entry.js";
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

  /** @throws ConfigurationError for other options, and when `maxEntries` (10000 by default) is not a whole number of at least 1 */
  constructor(options: MemoryLedgerOptions = {}) {
    checkOptions("`MemoryLedger`", options, { maxEntries: wholeFrom(1) });
    const { maxEntries = DEFAULT_MAX_ENTRIES } = options;
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

  /** @throws ConfigurationError for what is no entry */
  record(entry: LedgerEntry): void {
    checkEntry(entry);
    const key = callKey(entry);
    const isFull = this.#entries.size === this.#entries.limit && !this.#entries.has(key);
    this.#entries.set(key, entry);
    if (isFull) this.#dropped += 1;
  }
}
