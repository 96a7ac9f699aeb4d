import { ConfigurationError } from "../base/errors.js";
import { shown } from "../base/shown.js";
import { BoundedMap } from "./bounded_map.js";
import { callKey } from "./call_key.js";
import type { Ledger, LedgerEntry } from "./entry.js";

const DEFAULT_MAX_ENTRIES = 10_000;

/** A ledger in memory, of the newest entries. An entry that comes again replaces the one of the same call. */
export class MemoryLedger implements Ledger {
  readonly #entries: BoundedMap<string, LedgerEntry>;
  #dropped = 0;

  /** @throws ConfigurationError when `maxEntries` (10000 by default) is not a whole number of at least 1 */
  constructor({ maxEntries = DEFAULT_MAX_ENTRIES }: { maxEntries?: number | undefined } = {}) {
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
