import { denies, grants, has } from "../expect.js";
import { daily, hold, sliding, total, type Case } from "../trial.js";

const pot = total("pot", 10);

/** What is charged, and that it is charged once. */
export const settlingCases: readonly Case[] = [
  {
    name: "what was held and not spent is free again",
    run: async (trial) => {
      const store = await trial.open();
      const settled = hold("a", [pot, 10]);
      await grants(store, settled);
      await store.settle(settled, [3]);
      await has(store, [pot, 3, 0]);
      await grants(store, hold("b", [pot, 7]));
      await denies(store, hold("c", [pot, 1]));
    },
  },
  {
    name: "a settle at 0 charges nothing: 0 is not unknown",
    run: async (trial) => {
      const store = await trial.open();
      const pots = [pot, daily("day", 10), sliding("minute", 10)] as const;
      const released = hold("a", ...pots.map((each) => [each, 10] as const));
      await grants(store, released);
      await store.settle(released, [0, 0, 0]);
      await has(store, [pots[0], 0, 0], [pots[1], 0, 0], [pots[2], 0, 0]);
      const partly = hold("b", ...pots.map((each) => [each, 10] as const));
      await grants(store, partly);
      await store.settle(partly, [0, 4, 1]);
      await has(store, [pots[0], 0, 0], [pots[1], 4, 0], [pots[2], 1, 0]);
    },
  },
  {
    name: "a settle that is repeated changes nothing, also at once and from another process",
    run: async (trial) => {
      const [store, other] = [await trial.open(), await trial.open()];
      const settled = hold("a", [pot, 5], [sliding("minute", 10), 1]);
      await grants(store, settled);
      // Who did not hear whether the first arrived sends it again.
      await Promise.all([store.settle(settled, [4, 1]), other.settle(settled, [4, 1]), store.settle(settled, [4, 1])]);
      await has(store, [pot, 4, 0], [sliding("minute", 10), 1, 0]);
      trial.advance(30_000);
      await other.settle(settled, [4, 1]);
      await has(store, [pot, 4, 0], [sliding("minute", 10), 1, 0]);
      trial.advance(30_000);
      await has(store, [pot, 4, 0], [sliding("minute", 10), 0, 0]);
    },
  },
  {
    name: "a settle at another figure charges the difference, up and down",
    run: async (trial) => {
      const store = await trial.open();
      const settled = hold("a", [pot, 5], [sliding("minute", 10), 5]);
      await grants(store, settled);
      for (const amount of [4, 7, 7, 2, 0, 3]) {
        await store.settle(settled, [amount, amount]);
        await has(store, [pot, amount, 0], [sliding("minute", 10), amount, 0]);
      }
    },
  },
  {
    name: "a settle above its hold is charged, though it passes the limit",
    run: async (trial) => {
      const store = await trial.open();
      const settled = hold("a", [pot, 5]);
      await grants(store, settled);
      await store.settle(settled, [14]);
      await has(store, [pot, 14, 0]);
      await denies(store, hold("b", [pot, 1]));
    },
  },
  {
    name: "a settle of a hold that is not known takes its amounts, once",
    run: async (trial) => {
      const [store, other] = [await trial.open(), await trial.open()];
      await grants(store, hold("a", [pot, 8]));
      const unknown = hold("b", [pot, 5], [daily("day", 10), 5]);
      await store.settle(unknown, [4, 3]);
      await other.settle(unknown, [4, 3]);
      await has(other, [pot, 4, 8], [daily("day", 10), 3, 0]);
      await other.settle(unknown, [1, 3]);
      await has(other, [pot, 1, 8], [daily("day", 10), 3, 0]);
    },
  },
  {
    name: "a process settles what another has reserved",
    run: async (trial) => {
      const [store, other] = [await trial.open(), await trial.open()];
      const handed = hold("a", [pot, 6]);
      await grants(store, handed);
      await has(other, [pot, 0, 6]);
      await other.settle(handed, [5]);
      await has(store, [pot, 5, 0]);
    },
  },
  {
    name: "each way in which a call ends leaves nothing held",
    run: async (trial) => {
      const store = await trial.open();
      const holds = Array.from({ length: 6 }, (_, n) => hold(`${n}`, [total("ends", 60), 10]));
      for (const each of holds) await grants(store, each);
      const [exact, less, more, none, twice] = holds;
      if (!exact || !less || !more || !none || !twice) return;
      await store.settle(exact, [10]);
      await store.settle(less, [4]);
      await store.settle(more, [11]);
      await store.settle(none, [0]);
      await store.settle(twice, [10]);
      await store.settle(twice, [2]);
      // The last one's process has died.
      trial.advance(60_000);
      await has(store, [total("ends", 60), 37, 0]);
    },
  },
];
