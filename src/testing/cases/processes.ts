import type { BudgetStore, Pot, Reserved } from "../../budget/store.js";
import { check, grants, has } from "../expect.js";
import { daily, hold, leaseMs, sliding, total, type Case } from "../trial.js";

const pots = [total("total", 1_000), daily("day", 1_000), sliding("minute", 1_000)];

/** Many at once: what is looked at and what is charged is one step. */
export const processCases: readonly Case[] = [
  ...pots.map((pot): Case => ({
    name: `100 reserves at once fill a pot (${pot.id}) exactly, and never pass its limit`,
    run: async (trial) => {
      const store = await trial.open();
      const granted = await race([store], pot, 100, 20);
      check(granted === 50, `Of 100 reserves of 20, a limit of 1000 should grant 50, and grants ${granted}.`);
      await has(store, [pot, 0, 1_000]);
    },
  })),
  {
    name: "processes that reserve at once never pass the limit together, and use it fully",
    run: async (trial) => {
      const stores = await Promise.all(Array.from({ length: 4 }, async () => trial.open()));
      for (const pot of pots) {
        const granted = await race(stores, pot, 100, 40);
        check(granted === 25, `Of 100 reserves of 40, a limit of 1000 should grant 25, and grants ${granted}.`);
      }
      await has(await trial.open(), ...pots.map((pot) => [pot, 0, 1_000] as const));
    },
  },
  {
    name: "reserves over several pots at once in either order leave the same in all of them",
    run: async (trial) => {
      const stores = [await trial.open(), await trial.open()];
      const [first, second] = [total("first", 100), total("second", 100)];
      const granted = await Promise.all(
        Array.from({ length: 40 }, async (_, n) => {
          const draws = [[first, 10] as const, [second, 10] as const];
          return at(stores, n).reserve(hold(`${n}`, ...(n % 2 === 0 ? draws : draws.toReversed())), leaseMs);
        }),
      );
      check(granted.filter(isGranted).length === 10, "Of 40 reserves of 10, two limits of 100 should grant 10.");
      await has(at(stores, 0), [first, 0, 100], [second, 0, 100]);
    },
  },
  {
    name: "processes that find a pot cold at the same time count what was spent once",
    run: async (trial) => {
      const [first, pot] = [await trial.open(), total("cold", 1_000)];
      const spent = hold("first", [pot, 100]);
      await grants(first, spent);
      await first.settle(spent, [100]);
      const stores = await Promise.all(Array.from({ length: 6 }, async () => trial.open()));
      await Promise.all(stores.map(async (store, n) => grants(store, hold(`warm ${n}`, [pot, 10]))));
      await has(first, [pot, 100, 60]);
    },
  },
  {
    name: "a settle while other processes find its pot is counted",
    run: async (trial) => {
      const [store, pot] = [await trial.open(), daily("pot", 1_000)];
      const settled = hold("settled", [pot, 100]);
      await grants(store, settled);
      const others = await Promise.all(Array.from({ length: 4 }, async () => trial.open()));
      await Promise.all([
        store.settle(settled, [70]),
        ...others.map(async (other, n) => grants(other, hold(`other ${n}`, [pot, 1]))),
        ...others.map(async (other) => other.state([pot])),
      ]);
      await has(store, [pot, 70, 4]);
    },
  },
  {
    name: "a reserve that is sent twice at once holds once",
    run: async (trial) => {
      const stores = [await trial.open(), await trial.open()];
      const [twice, pot] = [hold("twice", [total("pot", 10), 6]), total("pot", 10)];
      await Promise.all([...stores, ...stores].map(async (store) => grants(store, twice)));
      await has(at(stores, 0), [pot, 0, 6]);
    },
  },
  {
    name: "settles, renewals and ends of leases at once charge each hold once",
    run: async (trial) => {
      const stores = await Promise.all(Array.from({ length: 3 }, async () => trial.open()));
      const pot = total("pot", 1_000);
      const holds = Array.from({ length: 30 }, (_, n) => hold(`${n}`, [pot, 10]));
      for (const each of holds) await grants(at(stores, 0), each);
      trial.advance(leaseMs);
      await Promise.all(
        holds.flatMap((each, n) => [
          n % 3 === 0 ? at(stores, n).settle(each, [4]) : at(stores, n).renew([each], leaseMs),
          at(stores, n + 1).state([pot]),
        ]),
      );
      await has(at(stores, 2), [pot, 240, 0]);
    },
  },
];

async function race(stores: readonly BudgetStore[], pot: Pot, count: number, amount: number): Promise<number> {
  const reserved = await Promise.all(
    Array.from({ length: count }, async (_, n) =>
      at(stores, n).reserve(hold(`${pot.id} ${n}`, [pot, amount]), leaseMs),
    ),
  );
  return reserved.filter(isGranted).length;
}

function isGranted({ kind }: Reserved): boolean {
  return kind === "granted";
}

/** One of the stores, in turn. */
function at(stores: readonly BudgetStore[], n: number): BudgetStore {
  const store = stores[n % stores.length];
  if (store === undefined) throw new Error("The case has no stores.");
  return store;
}
