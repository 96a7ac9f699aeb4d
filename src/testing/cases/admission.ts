import { check, denies, grants, has, isState, isUnavailable } from "../expect.js";
import { daily, hold, leaseMs, sliding, total, type Case } from "../trial.js";

const pot = total("pot", 10);

/** What is granted, and what a denial leaves. */
export const admissionCases: readonly Case[] = [
  {
    name: "a pot that is not known is empty",
    run: async (trial) => has(await trial.open(), [pot, 0, 0], [daily("day", 5), 0, 0], [sliding("minute", 5), 0, 0]),
  },
  {
    name: "what exactly fits is granted, and one more is denied",
    run: async (trial) => {
      const store = await trial.open();
      const granted = await grants(store, hold("a", [pot, 10]));
      isState(pot, granted.pots[0], { spent: 0, held: 10 });
      const denied = await denies(store, hold("b", [pot, 1]));
      isState(pot, denied.pots[0], { spent: 0, held: 10 });
      check(denied.nowMs === trial.nowMs(), "A store should say what time it is by its clock.");
      await has(store, [pot, 0, 10]);
    },
  },
  {
    name: "what was spent counts against the limit as what is held does",
    run: async (trial) => {
      const store = await trial.open();
      const spent = hold("a", [pot, 6]);
      await grants(store, spent);
      await store.settle(spent, [6]);
      await grants(store, hold("b", [pot, 3]));
      await denies(store, hold("c", [pot, 2]));
      await grants(store, hold("d", [pot, 1]));
      await has(store, [pot, 6, 4]);
    },
  },
  {
    name: "a limit is that of the draw: one that was lowered holds at once",
    run: async (trial) => {
      const store = await trial.open();
      await grants(store, hold("a", [pot, 6]));
      await denies(store, hold("b", [{ ...pot, limit: 6 }, 1]));
      await grants(store, hold("c", [{ ...pot, limit: 20 }, 14]));
      await has(store, [pot, 0, 20]);
    },
  },
  {
    name: "an amount of 0 fits in a full pot",
    run: async (trial) => {
      const store = await trial.open();
      const over = hold("a", [pot, 10]);
      await grants(store, over);
      await store.settle(over, [12]);
      await grants(store, hold("b", [pot, 0], [total("other", 5), 5]));
      await has(store, [pot, 12, 0]);
    },
  },
  {
    name: "denied reserves add nothing, however many: what fits is granted after them",
    run: async (trial) => {
      const store = await trial.open();
      await grants(store, hold("a", [pot, 9]));
      for (let n = 0; n < 20; n += 1) await denies(store, hold(`denied ${n}`, [pot, 2]));
      await grants(store, hold("b", [pot, 1]));
      await has(store, [pot, 0, 10]);
    },
  },
  {
    name: "a hold that was denied may be reserved again under its id",
    run: async (trial) => {
      const store = await trial.open();
      const first = hold("a", [pot, 10]);
      const second = hold("b", [pot, 4]);
      await grants(store, first);
      await denies(store, second);
      await store.settle(first, [6]);
      await grants(store, second);
      await has(store, [pot, 6, 4]);
    },
  },
  {
    name: "several pots grant together, or none of them holds anything",
    run: async (trial) => {
      const store = await trial.open();
      const [first, second, third] = [total("first", 100), daily("second", 100), sliding("third", 10)];
      await grants(store, hold("a", [first, 8], [second, 8], [third, 8]));
      const denied = await denies(store, hold("b", [first, 3], [second, 3], [third, 3]), 2);
      for (const state of denied.pots) isState(third, state, { spent: 0, held: 8 });
      await has(store, [first, 0, 8], [second, 0, 8], [third, 0, 8]);
      await denies(store, hold("c", [third, 3], [first, 3]), 0);
      await grants(store, hold("d", [first, 2], [second, 2], [third, 2]));
      await has(store, [first, 0, 10], [second, 0, 10], [third, 0, 10]);
    },
  },
  {
    name: "amounts of one pot in one hold add up",
    run: async (trial) => {
      const store = await trial.open();
      for (const each of [pot, daily("day", 10), sliding("minute", 10)]) {
        await denies(store, hold(`a ${each.id}`, [each, 6], [each, 5]), 1);
        await has(store, [each, 0, 0]);
        const twice = hold(`b ${each.id}`, [each, 6], [each, 4]);
        const granted = await grants(store, twice);
        for (const state of granted.pots) isState(each, state, { spent: 0, held: 10 });
        await store.settle(twice, [2, 1]);
        await has(store, [each, 3, 0]);
      }
    },
  },
  {
    name: "soft draws are taken whether they fit or not, if the others fit",
    run: async (trial) => {
      const store = await trial.open();
      const soft = { pot, amount: 15, isSoft: true };
      await grants(store, { id: "a", draws: [soft] });
      await has(store, [pot, 0, 15]);
      const hard = { pot: total("hard", 5), amount: 6 };
      await denies(store, { id: "b", draws: [soft, hard] }, 1);
      await has(store, [pot, 0, 15], [hard.pot, 0, 0]);
      await grants(store, { id: "c", draws: [soft, { ...hard, amount: 5 }] });
      await has(store, [pot, 0, 30], [hard.pot, 0, 5]);
      await denies(store, hold("d", [pot, 1]));
    },
  },
  {
    name: "a reserve that is repeated is answered again, and holds no more",
    run: async (trial) => {
      const [store, other] = [await trial.open(), await trial.open()];
      const repeated = hold("a", [pot, 10], [sliding("minute", 10), 10]);
      await grants(store, repeated);
      await grants(store, repeated);
      const granted = await grants(other, repeated);
      isState(pot, granted.pots[0], { spent: 0, held: 10 });
      await store.settle(repeated, [4, 4]);
      await has(other, [pot, 4, 0], [sliding("minute", 10), 4, 0]);
    },
  },
  {
    name: "a reserve of a hold that has ended is refused, and holds nothing",
    run: async (trial) => {
      const store = await trial.open();
      const settled = hold("settled", [pot, 3]);
      const lapsed = hold("lapsed", [pot, 2]);
      await grants(store, settled);
      await grants(store, lapsed);
      await store.settle(settled, [1]);
      trial.advance(leaseMs);
      await isUnavailable("A reserve of a settled hold", store.reserve(settled, leaseMs));
      await isUnavailable("A reserve of a hold whose lease has ended", store.reserve(lapsed, leaseMs));
      await has(store, [pot, 3, 0]);
    },
  },
  {
    name: "a settle that overtakes its reserve leaves nothing held",
    run: async (trial) => {
      const [store, slow] = [await trial.open(), await trial.open()];
      const late = hold("a", [pot, 5], [sliding("minute", 10), 5]);
      await store.settle(late, [0, 0]);
      await isUnavailable("A reserve that arrives after its settle", slow.reserve(late, leaseMs));
      await has(store, [pot, 0, 0], [sliding("minute", 10), 0, 0]);
    },
  },
];
