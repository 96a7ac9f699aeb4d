import { callKey } from "./call_key.js";
import type { LedgerEntry } from "./entry.js";
import type { NodeFiles } from "./node_files.js";

/** Of the digest: few, however long an id is, and enough that two calls are never taken for one. */
const BYTES = 16;
/** A `Set` takes 16 million. */
const SETS = 256;

/** Which calls have come before. Keeps 16 bytes of each. */
export class SeenCalls {
  readonly #digests = Array.from({ length: SETS }, () => new Set<string>());

  constructor(readonly crypto: NodeFiles["crypto"]) {}

  /** Whether an entry's call has come before; from then on it has. */
  isRepeated(entry: LedgerEntry): boolean {
    const digest = this.crypto.createHash("sha256").update(callKey(entry)).digest();
    const seen = this.#digests[digest[0] ?? 0] ?? new Set();
    // Copied by `toString`: a part of a text would keep the whole.
    const key = digest.toString("latin1", 0, BYTES);
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  }
}
