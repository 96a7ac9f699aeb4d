import { v7 } from "@langchain/core/utils/uuid";

const ID_BYTES = 16;
/** Drawn at once: in Node each draw is a job of its own, which takes longer than the rest of an id. */
const pool = new Uint8Array(ID_BYTES * 64);
let used = pool.length;
let lastMs = 0;
let sequence = 0;

/** The id of a run, in the form of LangChain's own: in the order in which they were made. */
export function newRunId(): string {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const random = pool.subarray(used, (used += ID_BYTES));
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    // Half of its range is left for the others of the same millisecond.
    sequence = new DataView(random.buffer, random.byteOffset).getUint32(6) >>> 1;
  } else sequence++;
  return v7({ random, msecs: lastMs, seq: sequence });
}
