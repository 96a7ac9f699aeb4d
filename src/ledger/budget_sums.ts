import { formatUsd, tryParseUsd, type Usd } from "../base/money.js";
import type { LedgerEntry } from "./entry.js";

/** What a ledger says of one budget, over all of its keys and windows. */
export interface BudgetSums {
  /** The budget's name. */
  name: string;
  /** Calls that it denied. */
  deniedCalls: number;
  /** What it was charged, a plain decimal string: USD, or whole tokens or calls. */
  settled: string;
}

/** Adds up what entries say of budgets. Exact: token and call counts are added as amounts are. */
export class BudgetTally {
  readonly #sums = new Map<string, { deniedCalls: number; settled: Usd }>();

  add({ budgets = [], outcome }: LedgerEntry): void {
    budgets.forEach(({ name, settled }, index) => {
      const sums = this.#sums.get(name) ?? { deniedCalls: 0, settled: 0n };
      this.#sums.set(name, sums);
      // The budget that denied a call comes first.
      if (outcome === "denied" && index === 0) sums.deniedCalls += 1;
      sums.settled += tryParseUsd(settled) ?? 0n;
    });
  }

  /** By name. */
  sums(): BudgetSums[] {
    const rows = [...this.#sums].sort(([a], [b]) => (a < b ? -1 : 1));
    return rows.map(([name, { deniedCalls, settled }]) => ({ name, deniedCalls, settled: formatUsd(settled) }));
  }
}
