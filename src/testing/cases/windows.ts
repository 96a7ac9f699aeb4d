import type { Pot } from "../../budget/store.js";
import { check, denies, grants, has, isStale, spend } from "../expect.js";
import { daily, hold, leaseMs, sliding, total, type Case } from "../trial.js";

const hourMs = 3_600_000;
const [today, tomorrow] = [daily("pot", 10), daily("pot", 10, 1)];

/** Windows of the calendar, and clocks that jump. */
export const windowCases: readonly Case[] = [
  {
    name: "a reserve outside the window of one of its draws is stale, and holds nothing in any pot",
    run: async (trial) => {
      const store = await trial.open();
      for (const day of [-1, 1]) {
        await isStale(store, hold(`${day}`, [total("total", 5), 1], [daily("pot", 10, day), 1]), trial.nowMs());
        await has(store, [total("total", 5), 0, 0], [daily("pot", 10, day), 0, 0]);
      }
    },
  },
  ...edgeCases(),
  {
    name: "a new window is empty, and leaves the one before as it was",
    run: async (trial) => {
      const store = await trial.open();
      await spend(store, "a", today, 7);
      await grants(store, hold("b", [today, 3]), 24 * hourMs);
      trial.advance(12 * hourMs);
      await has(store, [today, 7, 3], [tomorrow, 0, 0]);
      await grants(store, hold("c", [tomorrow, 10]));
      await denies(store, hold("d", [tomorrow, 1]));
      await has(store, [today, 7, 3], [tomorrow, 0, 10]);
    },
  },
  {
    name: "a settle after midnight goes to the window of its reserve",
    run: async (trial) => {
      const store = await trial.open();
      const late = hold("a", [today, 6]);
      trial.advance(12 * hourMs - 1);
      await grants(store, late);
      trial.advance(1000);
      await store.settle(late, [5]);
      await has(store, [today, 5, 0], [tomorrow, 0, 0]);
      await store.settle(hold("unknown", [today, 2]), [2]);
      await has(store, [today, 7, 0], [tomorrow, 0, 0]);
    },
  },
  {
    name: "a lease that ends after midnight is charged to the window of its reserve",
    run: async (trial) => {
      const store = await trial.open();
      trial.advance(12 * hourMs - 1);
      await grants(store, hold("a", [today, 6]));
      trial.advance(leaseMs);
      await has(store, [today, 6, 0], [tomorrow, 0, 0]);
    },
  },
  {
    name: "a reserve that is repeated after midnight is still granted",
    run: async (trial) => {
      const store = await trial.open();
      trial.advance(12 * hourMs - 1);
      await grants(store, hold("a", [today, 6]));
      trial.advance(1000);
      await grants(store, hold("a", [today, 6]));
      await has(store, [today, 0, 6], [tomorrow, 0, 0]);
    },
  },
  {
    name: "a clock that jumps forward and back frees nothing",
    run: async (trial) => {
      const store = await trial.open();
      await spend(store, "a", today, 6);
      await grants(store, hold("b", [today, 4], [total("total", 4), 4]));
      trial.advance(72 * hourMs);
      // Other pots come and go meanwhile, and what has ended may be cleared away.
      for (let n = 0; n < 20; n += 1) await spend(store, `later ${n}`, daily(`later ${n}`, 5, 3), 5);
      trial.advance(-72 * hourMs);
      const { kind } = await store.reserve(hold("c", [today, 1]), leaseMs);
      check(kind !== "granted", "A pot that is full should not grant after its clock has jumped forward and back.");
      await has(store, [total("total", 4), 4, 0]);
      await denies(store, hold("d", [total("total", 4), 1]));
    },
  },
  {
    name: "a clock that jumps back frees nothing",
    run: async (trial) => {
      const store = await trial.open();
      const minute = sliding("minute", 10);
      await spend(store, "a", today, 6);
      await spend(store, "b", minute, 4);
      await grants(store, hold("c", [today, 4], [minute, 6]));
      trial.advance(-6 * hourMs);
      await denies(store, hold("d", [today, 1]));
      await denies(store, hold("e", [minute, 1]));
      trial.advance(6 * hourMs);
      await denies(store, hold("f", [today, 1]));
      await denies(store, hold("g", [minute, 1]));
    },
  },
];

/** Days of 23, 24 and 25 hours, that begin at the offset of their zone. */
function edgeCases(): Case[] {
  return [23, 24, 25].map((hours) => ({
    name: `a day of ${hours} hours that begins at its zone's offset is reset at that moment, and not at midnight UTC`,
    run: async (trial) => {
      const store = await trial.open();
      const toMs = trial.nowMs() + 17 * hourMs;
      const ending: Pot = { id: "zoned", limit: 10, window: { fromMs: toMs - hours * hourMs, toMs } };
      const next: Pot = { id: "zoned", limit: 10, window: { fromMs: toMs, toMs: toMs + 24 * hourMs } };
      await spend(store, "a", ending, 10);
      trial.advance(17 * hourMs - 1);
      await denies(store, hold("b", [ending, 1]));
      await isStale(store, hold("c", [next, 1]), toMs - 1);
      trial.advance(1);
      await isStale(store, hold("d", [ending, 1]), toMs);
      await grants(store, hold("e", [next, 10]));
    },
  }));
}
