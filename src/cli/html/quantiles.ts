/** The width of a bucket: each is 2 % wider than the one before, so that its middle is at most 1 % off. */
const STEP = Math.log(1.02);

/** Quantiles of times: within 1 %, in memory that does not grow with their number. */
export class Quantiles {
  readonly #buckets = new Map<number, number>();
  count = 0;

  /** @param ms - at least 0 */
  add(ms: number): void {
    // Below a millisecond nobody asks.
    const bucket = ms < 1 ? -1 : Math.floor(Math.log(ms) / STEP);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
    this.count += 1;
  }

  /** The time that so great a share did not exceed; `undefined` where there is none. */
  at(share: number): number | undefined {
    let left = Math.max(1, Math.ceil(share * this.count));
    for (const [bucket, count] of [...this.#buckets].sort(([a], [b]) => a - b)) {
      left -= count;
      if (left <= 0) return bucket === -1 ? 0 : Math.exp((bucket + 0.5) * STEP);
    }
    return undefined;
  }
}
