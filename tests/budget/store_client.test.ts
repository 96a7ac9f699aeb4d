import { spawnSync } from "node:child_process";
import { getRetryable } from "@langchain/core/errors";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { BudgetUnavailableError } from "../../src/base/errors.js";
import { memoryBudgetStore } from "../../src/budget/memory_store.js";
import type { BudgetStore, Pot } from "../../src/budget/store.js";
import { StoreClient } from "../../src/budget/store_client.js";
import { TroubledStore } from "../support/troubled_store.js";

const HOUR_MS = 3_600_000;
const pot: Pot = { id: "usd", limit: 100 };
const want = (amount: number) => ({ potAt: () => pot, amount });
const closed = { leaseMs: 60_000, onStoreDown: "closed" } as const;
const open = { leaseMs: 60_000, onStoreDown: "open" } as const;

/** A pot of the hour. */
const hourly = (nowMs: number): Pot => {
  const fromMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  return { id: "hourly", limit: 100, window: { fromMs, toMs: fromMs + HOUR_MS } };
};

function clientOf(memory: BudgetStore = memoryBudgetStore()) {
  const store = new TroubledStore(memory);
  const inStore = async (of: Pot = pot) => (await memory.state([of])).pots[0];
  return { store, client: StoreClient.of(store), inStore };
}

beforeEach(() => {
  jest.useFakeTimers({ now: 1_800_000_000_000 });
});
afterEach(() => {
  jest.useRealTimers();
});

/** What a promise is rejected with, while time passes. */
async function refusal(asked: Promise<unknown>, ms: number): Promise<unknown> {
  let error: unknown;
  asked.catch((reason: unknown) => (error = reason));
  await jest.advanceTimersByTimeAsync(ms);
  return error;
}

test("a store has one client, and its holds have ids of their own", async () => {
  const { store, client } = clientOf();
  expect(StoreClient.of(store)).toBe(client);
  const ids = new Set<string>();
  for (const each of [client, client, clientOf().client, clientOf().client]) {
    ids.add((await each.reserve([want(1)], closed)).hold.id);
  }
  expect(ids.size).toBe(4);
});

test("a hold is taken of all pots or of none, and settled at what was spent", async () => {
  const { client, inStore } = clientOf();
  const { hold, reply } = await client.reserve([want(60)], closed);
  expect(reply).toMatchObject({ kind: "granted", pots: [{ spent: 0, held: 60 }] });
  const second = await client.reserve([want(60)], closed);
  expect(second.reply).toMatchObject({ kind: "denied", index: 0, pots: [{ spent: 0, held: 60 }] });
  await client.settle(hold, [20]);
  expect(await inStore()).toEqual({ spent: 20, held: 0 });
});

test("windows are those of the store's clock, which is learnt from its first answer", async () => {
  const at = Date.now() - 40 * HOUR_MS;
  const { store, client } = clientOf(memoryBudgetStore({ now: () => new Date(at) }));
  const wants = [{ potAt: hourly, amount: 1 }];
  const { hold } = await client.reserve(wants, closed);
  expect(hold.draws[0]?.pot).toEqual(hourly(at));
  expect(store.count("reserve")).toBe(2);
  await client.reserve(wants, closed);
  expect(store.count("reserve")).toBe(3);
});

test("what was not asked for is charged in the window of the store's clock, and so is the state", async () => {
  const at = Date.now() + 40 * HOUR_MS;
  const memory = memoryBudgetStore({ now: () => new Date(at) });
  await clientOf(memory).client.charge([{ potAt: hourly, amount: 7 }]);
  const state = await clientOf(memory).client.state((nowMs) => [hourly(nowMs)]);
  expect(state).toEqual({ nowMs: at, pots: [{ spent: 7, held: 0 }], at: [hourly(at)] });
});

test("a store whose clock runs away from each window cannot be used", async () => {
  const memory = memoryBudgetStore();
  const { client } = clientOf({
    ...memory,
    reserve: async () => ({ kind: "stale", nowMs: Date.now() }),
  });
  await expect(client.reserve([want(1)], closed)).rejects.toThrow(BudgetUnavailableError);
});

test("a store that hangs refuses a call after two seconds, and what it took all the same is released", async () => {
  const { store, client, inStore } = clientOf();
  store.trouble = "loses";
  const asked = client.reserve([want(60)], closed);
  expect(await refusal(asked, 1_999)).toBeUndefined();
  store.trouble = "fails";
  const error = await refusal(asked, 1);
  expect(BudgetUnavailableError.isInstance(error)).toBe(true);
  expect(getRetryable(error)).toBe(true);
  expect(await inStore()).toEqual({ spent: 0, held: 60 });
  store.trouble = "none";
  const { reply } = await client.reserve([want(10)], closed);
  expect(reply.kind).toBe("granted");
  await client.flush();
  expect(await inStore()).toEqual({ spent: 0, held: 10 });
});

test("a store that fails refuses a call with what it said", async () => {
  const { store, client } = clientOf();
  store.trouble = "fails";
  const error = await refusal(client.reserve([want(60)], closed), 0);
  expect(error).toMatchObject({ name: "BudgetUnavailableError", cause: store.error });
  expect((error as Error).message).toContain("connect ECONNREFUSED");
  expect(getRetryable(error)).toBe(true);
});

test.each(["closed", "open", "escrow"] as const)(
  "a store that has forgotten refuses a call: %s",
  async (onStoreDown) => {
    const { store, client } = clientOf();
    store.trouble = "fails";
    store.error = new BudgetUnavailableError("It has forgotten.", { retryable: false });
    await expect(client.reserve([want(1)], { leaseMs: 60_000, onStoreDown })).rejects.toBe(store.error);
  },
);

test("`open` lets calls through, and has what they cost charged once the store is back", async () => {
  const { store, client, inStore } = clientOf();
  store.trouble = "fails";
  const first = await client.reserve([want(90)], open);
  const second = await client.reserve([want(90)], open);
  expect([first.reply, second.reply]).toEqual([{ kind: "unchecked" }, { kind: "unchecked" }]);
  await client.settle(first.hold, [80]);
  await client.settle(second.hold, [70]);
  store.trouble = "none";
  await client.flush();
  expect(await inStore()).toEqual({ spent: 150, held: 0 });
});

test("`open` does not have each call wait for a store that hangs, and asks again after two seconds", async () => {
  const { store, client } = clientOf();
  store.trouble = "hangs";
  const first = client.reserve([want(1)], open);
  await jest.advanceTimersByTimeAsync(2_000);
  expect((await first).reply.kind).toBe("unchecked");
  expect((await client.reserve([want(1)], open)).reply.kind).toBe("unchecked");
  expect(store.count("reserve")).toBe(1);
  await jest.advanceTimersByTimeAsync(2_000);
  store.trouble = "none";
  expect((await client.reserve([want(1)], open)).reply.kind).toBe("granted");
});

test("a settle that cannot be delivered does not reject, and is delivered as soon as the store answers", async () => {
  const { store, client, inStore } = clientOf();
  const { hold } = await client.reserve([want(50)], closed);
  store.trouble = "fails";
  await client.settle(hold, [30]);
  expect(await inStore()).toEqual({ spent: 0, held: 50 });
  store.trouble = "none";
  await client.state(() => [pot]);
  await client.flush();
  expect(await inStore()).toEqual({ spent: 30, held: 0 });
});

test("a settle whose answer was lost is charged once", async () => {
  const { store, client, inStore } = clientOf();
  const { hold } = await client.reserve([want(50)], closed);
  store.trouble = "loses";
  const settled = client.settle(hold, [30]);
  await jest.advanceTimersByTimeAsync(2_000);
  await settled;
  store.trouble = "none";
  await client.flush();
  expect(store.count("settle")).toBe(2);
  expect(await inStore()).toEqual({ spent: 30, held: 0 });
});

test("leases of open holds are renewed in one call, each third of the shortest, with how long ago requests left", async () => {
  const { store, client, inStore } = clientOf();
  const first = await client.reserve([want(10)], closed);
  await jest.advanceTimersByTimeAsync(15_000);
  const second = await client.reserve([want(10)], closed);
  client.sent(second.hold);
  await jest.advanceTimersByTimeAsync(5_000);
  const renewed = [first.hold, { id: second.hold.id, draws: second.hold.draws, sentMsAgo: 5_000 }];
  expect(store.renewed).toEqual([renewed]);
  const third = await client.reserve([want(10)], { ...closed, leaseMs: 3_000 });
  await jest.advanceTimersByTimeAsync(1_000);
  expect(store.renewed.slice(1)).toMatchObject([
    [{ id: first.hold.id }, { id: second.hold.id }],
    [{ id: third.hold.id }],
  ]);
  await jest.advanceTimersByTimeAsync(600_000);
  expect(await inStore()).toEqual({ spent: 0, held: 30 });
});

test("without open holds there is no timer, and of calls that were settled none is left after the next beat", async () => {
  const { client } = clientOf();
  const { hold } = await client.reserve([want(10)], closed);
  expect(jest.getTimerCount()).toBe(1);
  await client.settle(hold, [10]);
  await jest.advanceTimersByTimeAsync(20_000);
  expect(jest.getTimerCount()).toBe(0);
});

test("leases are renewed after the store was away for a while", async () => {
  const { store, client, inStore } = clientOf();
  await client.reserve([want(10)], closed);
  store.trouble = "hangs";
  await jest.advanceTimersByTimeAsync(30_000);
  store.trouble = "none";
  await jest.advanceTimersByTimeAsync(300_000);
  expect(await inStore()).toEqual({ spent: 0, held: 10 });
});

test("leases are renewed where timers are numbers, as in browsers", async () => {
  const start = globalThis.setTimeout;
  const numbered = (...args: Parameters<typeof start>) => Number(start(...args));
  jest.spyOn(globalThis, "setTimeout").mockImplementation(numbered as unknown as typeof start);
  const { client, inStore } = clientOf();
  await client.reserve([want(10)], closed);
  await jest.advanceTimersByTimeAsync(300_000);
  jest.restoreAllMocks();
  expect(await inStore()).toEqual({ spent: 0, held: 10 });
});

test("a call that is aborted asks no more", async () => {
  const { store, client } = clientOf();
  const reason = new Error("enough");
  await expect(client.reserve([want(1)], { ...closed, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(store.asked).toEqual([]);
});

test("who wants to know hears of each hold that ends, until it listens no more", async () => {
  const { client } = clientOf();
  let heard = 0;
  const stop = client.onFreed(() => (heard += 1));
  client.onFreed(() => {
    throw new Error("A listener's error is not the settle's.");
  });
  const take = () => client.reserve([want(1)], closed);
  const [first, second, third] = await Promise.all([take(), take(), take()]);
  await client.settle(first.hold, [1]);
  await client.settle(second.hold, [0]);
  expect(heard).toBe(2);
  stop();
  await client.settle(third.hold, [0]);
  expect(heard).toBe(2);
});

test("a flush waits for what is under way, and not longer than it is told", async () => {
  const { store, client } = clientOf();
  const { hold } = await client.reserve([want(1)], closed);
  store.trouble = "hangs";
  void client.settle(hold, [1]);
  let isFlushed = false;
  void client.flush(5_000).then(() => (isFlushed = true));
  await jest.advanceTimersByTimeAsync(4_999);
  expect(isFlushed).toBe(false);
  await jest.advanceTimersByTimeAsync(1);
  expect(isFlushed).toBe(true);
});

test("a flush is over as soon as all is delivered", async () => {
  const { store, client, inStore } = clientOf();
  const { hold } = await client.reserve([want(1)], closed);
  store.trouble = "fails";
  await client.settle(hold, [1]);
  let isFlushed = false;
  void client.flush(5_000).then(() => (isFlushed = true));
  store.trouble = "none";
  await jest.advanceTimersByTimeAsync(100);
  expect(isFlushed).toBe(true);
  expect(await inStore()).toEqual({ spent: 1, held: 0 });
});

test("neither an open hold nor what waits to be delivered keeps a process alive", () => {
  const program = `
    import { StoreClient } from "./src/budget/store_client.ts";
    import { memoryBudgetStore } from "./src/budget/memory_store.ts";
    const store = memoryBudgetStore();
    const client = StoreClient.of({ ...store, settle: async () => { throw new Error("down"); } });
    const policy = { leaseMs: 60_000, onStoreDown: "escrow" };
    const wants = [{ potAt: () => ({ id: "usd", limit: 100 }), amount: 10 }];
    await client.reserve(wants, policy);
    const { hold } = await client.reserve(wants, { ...policy, onStoreDown: "closed" });
    await client.settle(hold, [1]);
    process.stdout.write("done");
  `;
  const args = ["--import", "tsx", "--input-type=module", "--eval", program];
  const { stdout, status, error } = spawnSync(process.execPath, args, { timeout: 50_000, encoding: "utf8" });
  expect({ stdout, status, error }).toEqual({ stdout: "done", status: 0, error: undefined });
});
