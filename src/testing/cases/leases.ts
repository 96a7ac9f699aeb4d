import type { BudgetStore, Pot } from "../../budget/store.js";
import { check, denies, grants, has } from "../expect.js";
import { daily, hold, leaseMs, total, type Case } from "../trial.js";

const pot = total("pot", 10);
const crashed = hold("crashed", [pot, 6]);

/** What becomes of holds whose process does not come back, and of those whose process does. */
export const leaseCases: readonly Case[] = [
  {
    name: "the hold of a process that died is held until its lease ends, and then charged whole",
    run: async (trial) => {
      await grants(await trial.open(), crashed);
      const store = await trial.open();
      trial.advance(leaseMs - 1);
      await has(store, [pot, 0, 6]);
      await denies(store, hold("a", [pot, 5]));
      trial.advance(1);
      await has(store, [pot, 6, 0]);
      await denies(store, hold("b", [pot, 5]));
      await grants(store, hold("c", [pot, 4]));
    },
  },
  ...sweepingCases(),
  {
    name: "leases end each in its time, whatever came first",
    run: async (trial) => {
      const store = await trial.open();
      await grants(store, hold("long", [pot, 1]), 50_000);
      await grants(store, hold("short", [pot, 2]), 10_000);
      await grants(store, hold("between", [pot, 4]), 30_000);
      for (const [spent, held] of [
        [2, 5],
        [2, 5],
        [6, 1],
        [6, 1],
        [7, 0],
      ] as const) {
        trial.advance(10_000);
        await has(store, [pot, spent, held]);
      }
    },
  },
  {
    name: "a late settle corrects what the lease's end has charged, up, down and once",
    run: async (trial) => {
      const store = await trial.open();
      await grants(store, crashed);
      trial.advance(leaseMs + 600_000);
      await has(store, [pot, 6, 0]);
      for (const amount of [2, 2, 8, 0]) {
        await store.settle(crashed, [amount]);
        await has(store, [pot, amount, 0]);
      }
    },
  },
  {
    name: "a late settle finds its hold, though nobody has looked since the lease's end",
    run: async (trial) => {
      const store = await trial.open();
      await grants(store, crashed);
      trial.advance(3 * 3_600_000);
      await store.settle(crashed, [2]);
      await has(store, [pot, 2, 0]);
      await store.settle(crashed, [2]);
      await has(store, [pot, 2, 0]);
    },
  },
  {
    name: "a hold that is renewed stays held, until it is not",
    run: async (trial) => {
      const store = await trial.open();
      await grants(store, crashed);
      await store.renew([], leaseMs);
      for (let n = 0; n < 5; n += 1) {
        trial.advance(leaseMs - 1);
        await store.renew([crashed], leaseMs);
      }
      await has(store, [pot, 0, 6]);
      trial.advance(leaseMs);
      await has(store, [pot, 6, 0]);
    },
  },
  {
    name: "a renewed lease is as long as the renewal says",
    run: async (trial) => {
      const store = await trial.open();
      await grants(store, crashed, 10_000);
      await store.renew([crashed], 20_000);
      trial.advance(19_999);
      await has(store, [pot, 0, 6]);
      trial.advance(1);
      await has(store, [pot, 6, 0]);
    },
  },
  {
    name: "a renewal takes a hold that is not known, whatever is left",
    run: async (trial) => {
      const store = await trial.open();
      await grants(store, hold("a", [pot, 8]));
      await store.renew([crashed, hold("b", [total("other", 5), 5])], leaseMs);
      await has(store, [pot, 0, 14], [total("other", 5), 0, 5]);
      await store.renew([crashed], leaseMs);
      await store.settle(crashed, [1]);
      await has(store, [pot, 1, 8]);
      trial.advance(leaseMs);
      await has(store, [pot, 9, 0], [total("other", 5), 5, 0]);
    },
  },
  {
    name: "a renewal that comes too late leaves a hold charged, and a settled one settled",
    run: async (trial) => {
      const store = await trial.open();
      await grants(store, crashed);
      const settled = hold("a", [pot, 2]);
      await grants(store, settled);
      await store.settle(settled, [1]);
      trial.advance(leaseMs);
      await store.renew([crashed, settled], leaseMs);
      await has(store, [pot, 7, 0]);
      await store.settle(crashed, [3]);
      await has(store, [pot, 4, 0]);
    },
  },
  {
    name: "a denial by what is held says when to try again as a time to come, or not at all",
    run: async (trial) => {
      const store = await trial.open();
      for (const each of [pot, daily("day", 10)]) {
        await grants(store, hold(`a ${each.id}`, [each, 10]));
        const { retryInMs } = await denies(store, hold(`b ${each.id}`, [each, 1]));
        check(retryInMs === undefined || retryInMs > 0, `\`retryInMs\` should be above 0, and is ${retryInMs}.`);
      }
    },
  },
];

/** Each operation finds what is due, and not only `state`. */
function sweepingCases(): Case[] {
  const operations: Record<string, (store: BudgetStore, other: Pot) => Promise<unknown>> = {
    reserve: (store, other) => grants(store, hold("later", [other, 1])),
    renew: (store, other) => store.renew([hold("later", [other, 1])], leaseMs),
    settle: (store, other) => store.settle(hold("later", [other, 1]), [1]),
  };
  return Object.entries(operations).map(([name, operate]) => ({
    name: `a lease that ended is not brought back by a clock that is set back after a ${name}`,
    run: async (trial) => {
      const store = await trial.open();
      await grants(store, crashed);
      trial.advance(leaseMs);
      await operate(store, total("other", 10));
      trial.advance(-leaseMs);
      await has(store, [pot, 6, 0]);
    },
  }));
}
