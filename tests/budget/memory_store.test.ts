import { describe, expect, it, jest } from "@jest/globals";
import { memoryBudgetStore } from "../../src/budget/memory_store.js";

const hold = { id: "a", draws: [{ pot: { id: "minute", limit: 5, slidingMs: 60_000 }, amount: 5 }] };

// That it keeps the contract of all stores: tests/testing/memory_store.test.ts.
describe("A store of budgets in memory, by the system's clock", () => {
  it("is not moved by a clock that is set: leases and sliding amounts go by the monotonic one", async () => {
    jest.useFakeTimers({ now: 0 });
    try {
      const store = memoryBudgetStore();
      await store.reserve(hold, 60_000);
      await store.settle(hold, [5]);
      const open = { ...hold, id: "b", draws: [{ pot: { id: "total", limit: 9 }, amount: 3 }] };
      await store.reserve(open, 60_000);
      const pots = [...hold.draws, ...open.draws].map(({ pot }) => pot);
      jest.setSystemTime(3_600_000);
      expect(await store.state(pots)).toEqual({
        nowMs: 3_600_000,
        pots: [
          { spent: 5, held: 0 },
          { spent: 0, held: 3 },
        ],
      });
      jest.setSystemTime(-3_600_000);
      jest.advanceTimersByTime(60_000);
      expect((await store.state(pots)).pots).toEqual([
        { spent: 0, held: 0 },
        { spent: 3, held: 0 },
      ]);
    } finally {
      jest.useRealTimers();
    }
  });

  it("says until when a pot is full of what is held: at the latest until the first lease ends", async () => {
    const store = memoryBudgetStore({ now: () => new Date(0) });
    const pot = { id: "total", limit: 5 };
    await store.reserve({ id: "a", draws: [{ pot, amount: 5 }] }, 60_000);
    const denied = { kind: "denied", index: 0, nowMs: 0, pots: [{ spent: 0, held: 5 }] };
    const reserve = async (amount: number) => store.reserve({ id: "b", draws: [{ pot, amount }] }, 60_000);
    expect(await reserve(1)).toEqual({ ...denied, retryInMs: 60_000 });
    expect(await reserve(6)).toEqual({ ...denied, retryInMs: undefined });
    await store.settle({ id: "a", draws: [{ pot, amount: 5 }] }, [5]);
    expect(await reserve(1)).toEqual({ ...denied, retryInMs: undefined, pots: [{ spent: 5, held: 0 }] });
  });
});
