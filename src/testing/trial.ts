import type { BudgetStore, Draw, Hold, Pot } from "../budget/store.js";
import type { BudgetStoreHarness } from "./harness.js";

/** Noon of a day that no server's own clock has reached: nothing expires by that while the suite runs. */
const startMs = Date.UTC(2100, 0, 4, 12);

/** How long holds are leased, where a case does not say otherwise. */
export const leaseMs = 60_000;

/** A fresh store, and the time in it. */
export interface Trial {
  readonly harness: BudgetStoreHarness;
  /** A client of the store, as a new process has it. */
  open(): Promise<BudgetStore>;
  nowMs(): number;
  /** Lets time pass, or sets the clock back. */
  advance(ms: number): void;
}

/** A case of the suite, before it has a harness. */
export interface Case {
  readonly name: string;
  /** What a harness must have for it, besides the rest. */
  readonly needs?: "empty" | "snapshot";
  readonly run: (trial: Trial) => Promise<void>;
}

/** Begins a case. */
export async function begin(harness: BudgetStoreHarness): Promise<Trial> {
  await harness.fresh();
  let nowMs = startMs;
  return {
    harness,
    open: async () => harness.open({ now: () => new Date(nowMs) }),
    nowMs: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

/** A pot without a window. */
export function total(id: string, limit: number): Pot {
  return { id, limit };
}

/** A pot of the day in which a case begins, or of one after it. */
export function daily(id: string, limit: number, day = 0): Pot {
  const fromMs = Date.UTC(2100, 0, 4 + day);
  return { id, limit, window: { fromMs, toMs: fromMs + 86_400_000 } };
}

/** A pot of any 60 seconds. */
export function sliding(id: string, limit: number): Pot {
  return { id, limit, slidingMs: 60_000 };
}

/** A hold of amounts of pots. */
export function hold(id: string, ...draws: readonly (readonly [pot: Pot, amount: number])[]): Hold {
  return { id, draws: draws.map(([pot, amount]): Draw => ({ pot, amount })) };
}
