import { grants, has, isUnavailable, spend } from "../expect.js";
import { hold, leaseMs, total, type Case } from "../trial.js";

const pot = total("pot", 10);

/** A store outside the process may come back without what it knew: then it is not known what was spent. */
export const forgettingCases: readonly Case[] = [
  {
    name: "a store that was emptied grants nothing to those who have seen it",
    needs: "empty",
    run: async (trial) => {
      const [store, other] = [await trial.open(), await trial.open()];
      await spend(store, "a", pot, 9);
      await has(other, [pot, 9, 0]);
      await trial.harness.empty?.();
      await isUnavailable("A reserve in a store that was emptied", store.reserve(hold("b", [pot, 9]), leaseMs));
      await isUnavailable("A reserve by another process", other.reserve(hold("c", [pot, 9]), leaseMs));
      await isUnavailable("A second reserve", store.reserve(hold("d", [pot, 9]), leaseMs));
      await isUnavailable("The state of a store that was emptied", store.state([pot]));
    },
  },
  {
    name: "a store that was emptied while holds were open does not forget them silently",
    needs: "empty",
    run: async (trial) => {
      const store = await trial.open();
      await grants(store, hold("a", [pot, 9]));
      await trial.harness.empty?.();
      await isUnavailable("A reserve in a store that was emptied", store.reserve(hold("b", [pot, 9]), leaseMs));
    },
  },
  {
    name: "a store that came back from an old snapshot grants nothing to those who have seen it later",
    needs: "snapshot",
    run: async (trial) => {
      const store = await trial.open();
      await spend(store, "a", pot, 1);
      const restore = await trial.harness.snapshot?.();
      await spend(store, "b", pot, 8);
      await restore?.();
      await isUnavailable("A reserve in an old snapshot", store.reserve(hold("c", [pot, 9]), leaseMs));
      await isUnavailable("A second reserve", store.reserve(hold("d", [pot, 9]), leaseMs));
    },
  },
  {
    name: "a store that came back as it was goes on",
    needs: "snapshot",
    run: async (trial) => {
      const store = await trial.open();
      await spend(store, "a", pot, 4);
      await grants(store, hold("b", [pot, 3]));
      const restore = await trial.harness.snapshot?.();
      await restore?.();
      await grants(store, hold("c", [pot, 3]));
      await has(store, [pot, 4, 6]);
    },
  },
];
