import { describe, expect, it } from "@jest/globals";
import { BudgetUnavailableError } from "../../../src/redis.js";
import type { Pot } from "../../../src/budget/store.js";
import { useRedis } from "./use_redis.js";

const MINUTE = 60_000;
const START = Date.parse("2026-11-30T12:00:00.000Z");
const total: Pot = { id: "usd:total", limit: 100 };
const day: Pot = { id: "usd:day", limit: 100, window: { fromMs: START - 43_200_000, toMs: START + 43_200_000 } };
const sliding: Pot = { id: "calls:minute", limit: 10, slidingMs: MINUTE };
const LARGEST = Number.MAX_SAFE_INTEGER;

describe("a store in Redis", () => {
  const redis = useRedis();

  async function opened() {
    let nowMs = START;
    const store = await redis.store({ now: () => new Date(nowMs) });
    return { store, pass: (ms: number) => (nowMs += ms) };
  }

  it("says when a window makes room, and nothing of a total", async () => {
    const { store } = await opened();
    const draws = [day, total].map((pot) => ({ pot, amount: 60 }));
    await store.reserve({ id: "1", draws }, MINUTE);
    expect(await store.reserve({ id: "2", draws: draws.slice(0, 1) }, MINUTE)).toEqual({
      kind: "denied",
      index: 0,
      retryInMs: 43_200_000,
      nowMs: START,
      pots: [{ spent: 0, held: 60 }],
    });
    expect(await store.reserve({ id: "3", draws: draws.slice(1) }, MINUTE)).toMatchObject({ retryInMs: undefined });
    const never = await store.reserve({ id: "4", draws: [{ pot: day, amount: 101 }] }, MINUTE);
    expect(never).toMatchObject({ kind: "denied", retryInMs: undefined });
  });

  it("lets amounts leave a sliding window when their requests left that long ago", async () => {
    const { store, pass } = await opened();
    const hold = (id: string, amount: number) => ({ id, draws: [{ pot: sliding, amount }] });
    for (const id of ["1", "2"]) await store.reserve(hold(id, 5), 10 * MINUTE);
    const full = await store.reserve(hold("3", 1), MINUTE);
    expect(full).toMatchObject({ kind: "denied", retryInMs: undefined });
    await store.renew([{ ...hold("1", 5), sentMsAgo: 1_000 }], 10 * MINUTE);
    await store.settle({ ...hold("2", 5), sentMsAgo: 500 }, [4]);
    expect(await store.reserve(hold("3", 2), MINUTE)).toMatchObject({ kind: "denied", retryInMs: 59_000 });
    expect(await store.reserve(hold("3", 7), MINUTE)).toMatchObject({ kind: "denied", retryInMs: 59_500 });
    pass(59_000);
    expect((await store.state([sliding])).pots).toEqual([{ spent: 4, held: 0 }]);
    pass(500);
    await store.settle(hold("1", 5), [5]);
    expect((await store.state([sliding])).pots).toEqual([{ spent: 0, held: 0 }]);
  });

  it("finds room among many sliding amounts", async () => {
    const { store, pass } = await opened();
    const pot = { ...sliding, limit: 250 };
    for (let call = 0; call < 250; call += 1) {
      await store.settle({ id: `${call}`, draws: [{ pot, amount: 1 }], sentMsAgo: 0 }, [1]);
      pass(1);
    }
    const denied = await store.reserve({ id: "more", draws: [{ pot, amount: 230 }] }, MINUTE);
    expect(denied).toMatchObject({ kind: "denied", retryInMs: MINUTE + 229 - 250 });
  });

  it("charges a lease that ended whole, until a late settle", async () => {
    const { store, pass } = await opened();
    const hold = { id: "1", draws: [{ pot: day, amount: 60 }] };
    await store.reserve(hold, MINUTE);
    pass(MINUTE);
    expect((await store.state([day])).pots).toEqual([{ spent: 60, held: 0 }]);
    await store.renew([hold], MINUTE);
    expect((await store.state([day])).pots).toEqual([{ spent: 60, held: 0 }]);
    for (const amount of [25, 25, 70]) {
      await store.settle(hold, [amount]);
      expect((await store.state([day])).pots).toEqual([{ spent: amount, held: 0 }]);
    }
  });

  it("refuses amounts that are none, and sums that are not exact, and changes nothing", async () => {
    const { store } = await opened();
    const pot = { id: "usd:large", limit: LARGEST };
    const hold = (id: string, amount: number) => ({ id, draws: [{ pot, amount, isSoft: true }] });
    await store.reserve(hold("1", LARGEST - 1), MINUTE);
    await expect(store.reserve(hold("2", 2), MINUTE)).rejects.toThrow("2^53 and more");
    await expect(store.renew([hold("2", 2)], MINUTE)).rejects.toThrow("2^53 and more");
    await expect(store.settle(hold("2", 2), [2])).rejects.toThrow("2^53 and more");
    await expect(store.settle(hold("2", 2), [-1])).rejects.toThrow(BudgetUnavailableError);
    await expect(store.settle(hold("2", 2), [0.5])).rejects.toThrow("`0.5` cannot be kept");
    expect(await store.reserve(hold("3", 1), MINUTE)).toMatchObject({ pots: [{ spent: 0, held: LARGEST }] });
  });

  it("keeps pots and holds of any name apart", async () => {
    const { store } = await opened();
    const pots = ["\ud800", "\ud801", "\ufffd", "a\u0000b", "", "{}", '"', "\\ud800"].map((id) => ({ id, limit: 9 }));
    for (const [index, pot] of pots.entries()) {
      await store.settle({ id: pot.id, draws: [{ pot, amount: 1 }] }, [index]);
    }
    expect((await store.state(pots)).pots.map(({ spent }) => spent)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("lets keys of windows and of ended holds expire, and those of totals stay", async () => {
    const { store } = await opened();
    const draws = [total, day, sliding].map((pot) => ({ pot, amount: 1 }));
    await store.settle({ id: "1", draws, sentMsAgo: 0 }, [1, 1, 1]);
    const expiry = async (key: string) =>
      Number(await redis.server().command("PTTL", `{langchain-metered:budgets}:${key}`));
    expect(await expiry("pot::usd:total")).toBe(-1);
    expect(await expiry(`pot:${START - 43_200_000}:usd:day`)).toBeGreaterThan(43_200_000);
    expect(await expiry("pot:~60000:calls:minute")).toBeGreaterThan(MINUTE);
    expect(await expiry("leaving:~60000:calls:minute")).toBeGreaterThan(MINUTE);
    expect(await expiry("hold:1")).toBeGreaterThan(0);
    expect(await expiry("leases")).toBe(-2);
  });
});
