import type { BudgetStore } from "../budget/store.js";

/** How the suite gets at the store that it tests. */
export interface BudgetStoreHarness {
  /**
   * A client of the store, as a process has it that has just started. Several are open at once, and all see the same pots. The suite
   * crashes one by not using it again.
   * @param options.now - the clock of windows, leases and sliding amounts, in place of the system's or the server's
   */
  open(options: { now: () => Date }): BudgetStore | Promise<BudgetStore>;
  /** Leaves a store that nobody has used. Called before each case. */
  fresh(): void | Promise<void>;
  /** Closes what was opened. Called after each case. */
  close?(): void | Promise<void>;
  /** Loses all that is in the store, as a server that is emptied while its clients are open. */
  empty?(): void | Promise<void>;
  /** Keeps what is in the store now. What it gives back puts that in the place of what is there then, as an old snapshot does. */
  snapshot?(): Promise<() => void | Promise<void>>;
}

/** One thing that a store must do. */
export interface BudgetStoreCase {
  readonly name: string;
  /** @throws Error that says what the store did, and what it should have done */
  readonly run: () => Promise<void>;
}
