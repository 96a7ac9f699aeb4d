/** Amounts that each count until a moment of their own, in the order of these moments. */
export class Sliding {
  // Two columns of numbers: one row for each moment, so that there are never more rows than a window has milliseconds.
  readonly #untilMs: number[] = [];
  readonly #amounts: number[] = [];
  #first = 0;

  /** Adds to what counts until then; takes away from it, where the amount is negative. */
  add(amount: number, untilMs: number): void {
    const row = this.#rowOf(untilMs);
    if (this.#untilMs[row] === untilMs) {
      this.#amounts[row] = (this.#amounts[row] ?? 0) + amount;
      return;
    }
    this.#untilMs.splice(row, 0, untilMs);
    this.#amounts.splice(row, 0, amount);
  }

  /** Forgets what no longer counts, and says how much that was. */
  drop(nowMs: number): number {
    let dropped = 0;
    while ((this.#untilMs[this.#first] ?? Infinity) <= nowMs) {
      dropped += this.#amounts[this.#first] ?? 0;
      this.#first += 1;
    }
    // One by one from the front would move all the others each time.
    if (this.#first > this.#untilMs.length / 2) {
      this.#untilMs.splice(0, this.#first);
      this.#amounts.splice(0, this.#first);
      this.#first = 0;
    }
    return dropped;
  }

  /** When so much has slid out; `Infinity` where there is not so much. */
  whenDropped(amount: number): number {
    let dropped = 0;
    for (let row = this.#first; row < this.#untilMs.length; row += 1) {
      dropped += this.#amounts[row] ?? 0;
      if (dropped >= amount) return this.#untilMs[row] ?? Infinity;
    }
    return Infinity;
  }

  /** The row of that moment, or the one before which it belongs: a binary search, which mostly ends at the last row. */
  #rowOf(untilMs: number): number {
    let from = this.#first;
    let to = this.#untilMs.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#untilMs[middle] ?? Infinity) < untilMs) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
