import { BudgetUnavailableError } from "../../src/base/errors.js";
import { memoryBudgetStore } from "../../src/budget/memory_store.js";
import type { BudgetStore } from "../../src/budget/store.js";
import type { BudgetStoreHarness } from "../../src/testing.js";

type Operation = (store: BudgetStore, now: () => Date) => Promise<unknown>;

/** What a server would have: the operations that it has done, from which another life of it can be made. */
interface Server {
  life: object;
  store: BudgetStore;
  done: readonly Operation[];
}

/**
 * A store that loses what it knows, or goes back to what it knew.
 * @param isNoticed - whether its clients remember what they saw of it, and find that out
 */
export function restartableHarness(isNoticed: boolean): BudgetStoreHarness {
  let nowMs = () => 0;
  const clock = () => new Date(nowMs());
  let server: Server;
  const begin = () => {
    server = { life: {}, store: memoryBudgetStore({ now: clock }), done: [] };
  };
  return {
    open: ({ now }) => {
      nowMs = () => now().getTime();
      let seen: { life: object; count: number } | undefined;
      const ask = async <Answer>(operation: (store: BudgetStore) => Promise<Answer>): Promise<Answer> => {
        const { life, store, done } = server;
        const isOld = seen !== undefined && (seen.life !== life || seen.count > done.length);
        if (isNoticed && isOld) throw new BudgetUnavailableError("The store has forgotten what was spent.");
        server.done = [...done, operation];
        seen = { life, count: server.done.length };
        return operation(store);
      };
      return {
        reserve: async (hold, leaseMs) => ask(async (store) => store.reserve(hold, leaseMs)),
        renew: async (holds, leaseMs) => ask(async (store) => store.renew(holds, leaseMs)),
        settle: async (hold, amounts) => ask(async (store) => store.settle(hold, amounts)),
        state: async (pots) => ask(async (store) => store.state(pots)),
      };
    },
    fresh: begin,
    empty: begin,
    snapshot: async () => {
      const { life, done } = server;
      return async () => {
        const store = memoryBudgetStore({ now: clock });
        for (const operation of done) await operation(store, clock);
        server = { life, store, done };
      };
    },
  };
}
