import { callKey } from "./call_key.js";
import { DigestSet } from "./digest_set.js";
import type { LedgerEntry } from "./entry.js";
import type { NodeFiles } from "./node_files.js";

/** Which calls have come before. Keeps 16 bytes of a digest of each: few, however long an id is. */
export class SeenCalls {
  readonly #digests = new DigestSet();

  constructor(readonly crypto: NodeFiles["crypto"]) {}

  /** Whether an entry's call has come before; from then on it has. */
  isRepeated(entry: LedgerEntry): boolean {
    return !this.#digests.add(this.#digestOf(callKey(entry)));
  }

  #digestOf(key: string): string {
    // Node has it since 20.12, and it takes an eighth of the time; what else has `node:crypto` may lack it.
    const { hash } = this.crypto as Partial<NodeFiles["crypto"]>;
    return hash?.("sha256", key, "binary") ?? this.crypto.createHash("sha256").update(key).digest("binary");
  }
}
