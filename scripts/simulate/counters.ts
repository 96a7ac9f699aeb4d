/** Counts by name. */
export class Counters {
  readonly #counts = new Map<string, number>();

  /** Counts one more, and says how many there are now. */
  add(name: string): number {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count;
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** The counts in the order of their names, without those that are left out. */
  toRecord(...without: string[]): Record<string, number> {
    const counts = [...this.#counts].filter(([name]) => !without.includes(name));
    return Object.fromEntries(counts.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
