import { formatUsd } from "../base/money.js";
import { parseSigned } from "./amount.js";
import type { BillLine } from "./bill_line.js";

interface Held {
  line: BillLine;
  usd: bigint;
  count: number;
}

/**
 * Of a bill that has the same dollars by several dimensions, such as by model and by user: of each day the best one counts. The
 * others are held as sums until it is known whether there is a better one.
 */
export class OneDimension {
  /** By day, the best dimension. */
  readonly #best = new Map<string, number>();
  /** By dimension, then by day and model. */
  readonly #held: Map<string, Held>[] = [];

  /** What counts at once: lines of the first dimension, which nothing is better than. */
  take(rank: number, lines: readonly BillLine[]): readonly BillLine[] {
    for (const line of lines) {
      this.#best.set(line.day, Math.min(rank, this.#best.get(line.day) ?? rank));
      if (rank > 0) this.#hold((this.#held[rank] ??= new Map<string, Held>()), line);
    }
    return rank === 0 ? lines : [];
  }

  /** What counts in the end, and how many lines do not. */
  rest(): { lines: BillLine[]; leftOut: number } {
    let leftOut = 0;
    const lines: BillLine[] = [];
    for (const [rank, held = new Map<string, Held>()] of this.#held.entries())
      for (const { line, usd, count } of held.values())
        if (this.#best.get(line.day) === rank) lines.push({ ...line, usd: formatUsd(usd) });
        else leftOut += count;
    return { lines, leftOut };
  }

  #hold(held: Map<string, Held>, line: BillLine): void {
    const key = `${line.day} ${line.model ?? ""}`;
    const sum = held.get(key) ?? { line, usd: 0n, count: 0 };
    sum.usd += parseSigned(line.usd ?? "0") ?? 0n;
    sum.count += 1;
    held.set(key, sum);
  }
}
