import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { BudgetUnavailableError } from "../../src/base/errors.js";
import { memoryBudgetStore } from "../../src/budget/memory_store.js";
import type { Pot } from "../../src/budget/store.js";
import { StoreClient, type Taken } from "../../src/budget/store_client.js";
import { TroubledStore } from "../support/troubled_store.js";

const HOUR_MS = 3_600_000;
const START = 1_800_000_000_000;
const escrow = { leaseMs: 60_000, onStoreDown: "escrow" } as const;
const pot: Pot = { id: "usd", limit: 1_000 };
const want = (amount: number, of: Pot = pot) => ({ potAt: () => of, amount });

/** As many processes as are asked for, which share a store, each on a line of its own. */
function processes(count: number) {
  const memory = memoryBudgetStore();
  const inStore = async (of: Pot = pot) => (await memory.state([of])).pots[0];
  const all = Array.from({ length: count }, () => {
    const store = new TroubledStore(memory);
    return { store, client: StoreClient.of(store) };
  });
  return { memory, inStore, all };
}

function alone() {
  const { memory, inStore, all } = processes(1);
  const [one = { store: new TroubledStore(memory), client: StoreClient.of(memory) }] = all;
  return { ...one, memory, inStore };
}

async function spend(client: StoreClient, amount: number, spent = amount): Promise<Taken["reply"]> {
  const { hold, reply } = await client.reserve([want(amount)], escrow);
  if (reply.kind !== "denied") await client.settle(hold, [spent]);
  return reply;
}

beforeEach(() => {
  jest.useFakeTimers({ now: START });
});
afterEach(() => {
  jest.useRealTimers();
});

test("a twentieth of the limit is taken at once, and spent without asking", async () => {
  const { client, store, inStore } = alone();
  expect(await spend(client, 10)).toMatchObject({ kind: "granted", pots: [{ spent: 0, held: 10 }] });
  expect(await inStore()).toEqual({ spent: 0, held: 50 });
  expect(await spend(client, 10)).toMatchObject({ kind: "granted", pots: [{ spent: 10, held: 10 }] });
  for (let count = 0; count < 3; count += 1) await spend(client, 10);
  expect(store.asked).toEqual(["reserve", "settle"]);
  expect(await inStore()).toEqual({ spent: 50, held: 0 });
});

test("a call that needs more takes what it needs", async () => {
  const { client, inStore } = alone();
  const { reply } = await client.reserve([want(300)], escrow);
  expect(reply.kind).toBe("granted");
  expect(await inStore()).toEqual({ spent: 0, held: 300 });
});

test("calls that come at once take one slice, and as many more as they need", async () => {
  const { client, store, inStore } = alone();
  const taken = await Promise.all(Array.from({ length: 12 }, () => client.reserve([want(10)], escrow)));
  expect(taken.map(({ reply }) => reply.kind)).toEqual(Array.from({ length: 12 }, () => "granted"));
  expect(store.count("reserve")).toBe(3);
  expect(await inStore()).toEqual({ spent: 0, held: 150 });
});

test("what a call did not spend is spent by others, and what nobody spent goes back after a lease", async () => {
  const { client, store, inStore } = alone();
  await spend(client, 40, 5);
  await spend(client, 40, 7);
  expect(store.asked).toEqual(["reserve"]);
  await jest.advanceTimersByTimeAsync(59_999);
  expect(await inStore()).toEqual({ spent: 0, held: 50 });
  await jest.advanceTimersByTimeAsync(20_001);
  expect(await inStore()).toEqual({ spent: 12, held: 0 });
  expect(jest.getTimerCount()).toBe(0);
});

test("a slice that a call still needs is kept, and renewed; the ones beside it go back", async () => {
  const { client, inStore } = alone();
  const { hold } = await client.reserve([want(30)], escrow);
  const other = await client.reserve([want(30)], escrow);
  await client.settle(other.hold, [0]);
  expect(await inStore()).toEqual({ spent: 0, held: 100 });
  await jest.advanceTimersByTimeAsync(600_000);
  expect(await inStore()).toEqual({ spent: 0, held: 50 });
  await client.settle(hold, [30]);
  await client.flush();
  expect(await inStore()).toEqual({ spent: 30, held: 0 });
});

test("a flush gives back what no call holds", async () => {
  const { client, inStore } = alone();
  await spend(client, 10);
  await client.flush();
  expect(await inStore()).toEqual({ spent: 10, held: 0 });
});

test("a limit is spent to its end, with the last slice as small as need be", async () => {
  const { client, inStore } = alone();
  for (let count = 0; count < 33; count += 1) expect((await spend(client, 30)).kind).toBe("granted");
  expect(await spend(client, 30)).toMatchObject({ kind: "denied", index: 0, pots: [{ spent: 990, held: 0 }] });
  expect((await spend(client, 10)).kind).toBe("granted");
  expect(await inStore()).toEqual({ spent: 1_000, held: 0 });
});

test("a process that is refused keeps nothing back from the others", async () => {
  const { all, inStore } = processes(2);
  const [one, two] = all;
  await spend(one?.client ?? fail(), 20);
  await two?.client.reserve([want(930)], escrow);
  expect(await inStore()).toEqual({ spent: 0, held: 980 });
  expect((await spend(one?.client ?? fail(), 51)).kind).toBe("denied");
  expect(await inStore()).toEqual({ spent: 20, held: 930 });
  expect((await spend(two?.client ?? fail(), 50)).kind).toBe("granted");
});

function fail(): never {
  throw new Error("There is no such process.");
}

test("while the store is away, calls go on with what is left of the slices, and then are refused", async () => {
  const { client, store, inStore } = alone();
  await spend(client, 20);
  store.trouble = "fails";
  await jest.advanceTimersByTimeAsync(600_000);
  expect((await spend(client, 20)).kind).toBe("granted");
  expect(await client.state(() => [pot])).toMatchObject({ pots: [{ spent: 40, held: 950 }] });
  await expect(spend(client, 20)).rejects.toThrow(BudgetUnavailableError);
  expect((await spend(client, 10)).kind).toBe("granted");
  expect(await inStore()).toEqual({ spent: 50, held: 0 });
  store.trouble = "none";
  await client.state(() => [pot]);
  await client.flush();
  expect(await inStore()).toEqual({ spent: 50, held: 0 });
});

test("a process that dies leaves its slices to their leases, which charge them whole", async () => {
  const { client, store, inStore } = alone();
  await spend(client, 20);
  store.trouble = "hangs";
  await jest.advanceTimersByTimeAsync(60_000);
  expect(await inStore()).toEqual({ spent: 50, held: 0 });
});

test("a call that passes its hold is charged whole, and takes nothing of what others hold", async () => {
  const { client, inStore } = alone();
  const first = await client.reserve([want(25)], escrow);
  const second = await client.reserve([want(25)], escrow);
  await client.settle(first.hold, [75]);
  expect(await client.state(() => [pot])).toMatchObject({ pots: [{ spent: 75, held: 25 }] });
  expect(await inStore()).toEqual({ spent: 50, held: 50 });
  await client.settle(second.hold, [25]);
  await client.flush();
  expect(await inStore()).toEqual({ spent: 100, held: 0 });
});

test("what is in a pot is what the store says, with what was spent here", async () => {
  const { all } = processes(2);
  const [one, two] = all.map(({ client }) => client);
  await spend(one ?? fail(), 20);
  await two?.reserve([want(5)], escrow);
  expect(await one?.state(() => [pot])).toMatchObject({ pots: [{ spent: 20, held: 50 }] });
  expect(await two?.state(() => [pot])).toMatchObject({ pots: [{ spent: 0, held: 55 }] });
});

test("a sliding window is kept in the store: all or nothing with what is taken here", async () => {
  const { client, store, inStore } = alone();
  const sliding: Pot = { id: "rpm", limit: 2, slidingMs: 60_000 };
  const both = [want(10), want(1, sliding)];
  const first = await client.reserve(both, escrow);
  const second = await client.reserve(both, escrow);
  expect([first.reply.kind, second.reply.kind]).toEqual(["granted", "granted"]);
  expect(second.reply).toMatchObject({
    pots: [
      { spent: 0, held: 20 },
      { spent: 0, held: 2 },
    ],
  });
  const third = await client.reserve(both, escrow);
  expect(third.reply).toMatchObject({
    kind: "denied",
    index: 1,
    pots: [
      { spent: 0, held: 20 },
      { spent: 0, held: 2 },
    ],
  });
  for (const { hold } of [first, second]) {
    client.sent(hold);
    await client.settle(hold, [4, 1]);
  }
  expect(await inStore(sliding)).toEqual({ spent: 2, held: 0 });
  await jest.advanceTimersByTimeAsync(60_000);
  expect((await client.reserve(both, escrow)).reply.kind).toBe("granted");
  store.trouble = "fails";
  await expect(client.reserve(both, escrow)).rejects.toThrow(BudgetUnavailableError);
  expect(await client.state(() => [pot])).toMatchObject({ pots: [{ spent: 8 }] });
});

test("a soft draw is taken whether it fits or not, also while the store is away", async () => {
  const { client, store, inStore } = alone();
  const soft = { potAt: () => ({ id: "warned", limit: 5 }), amount: 10, isSoft: true };
  expect((await client.reserve([want(10), soft], escrow)).reply.kind).toBe("granted");
  store.trouble = "fails";
  const { hold, reply } = await client.reserve([want(10), soft], escrow);
  expect(reply.kind).toBe("unchecked");
  await client.settle(hold, [1, 8]);
  store.trouble = "none";
  await client.flush();
  expect(await inStore({ id: "warned", limit: 5 })).toEqual({ spent: 8, held: 10 });
});

test("a slice ends with its window, in which it is charged", async () => {
  const { client, inStore } = alone();
  const windowAt = (nowMs: number): Pot => {
    const fromMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
    return { id: "hourly", limit: 1_000, window: { fromMs, toMs: fromMs + HOUR_MS } };
  };
  const hourly = [{ potAt: windowAt, amount: 20 }];
  const { hold } = await client.reserve(hourly, { ...escrow, leaseMs: 2 * HOUR_MS });
  const idle = await client.reserve(hourly, { ...escrow, leaseMs: 2 * HOUR_MS });
  await jest.advanceTimersByTimeAsync(HOUR_MS);
  await client.settle(idle.hold, [3]);
  expect(await inStore(windowAt(START))).toEqual({ spent: 0, held: 50 });
  await client.settle(hold, [20]);
  expect(await inStore(windowAt(START))).toEqual({ spent: 23, held: 0 });
  expect((await client.reserve(hourly, escrow)).reply.kind).toBe("granted");
  expect(await inStore(windowAt(START + HOUR_MS))).toEqual({ spent: 0, held: 50 });
});

test("two draws on one pot are covered together", async () => {
  const { client, inStore } = alone();
  const { hold, reply } = await client.reserve([want(30), want(30)], escrow);
  expect(reply.kind).toBe("granted");
  expect((await inStore())?.held).toBeGreaterThanOrEqual(60);
  await client.settle(hold, [30, 30]);
  await client.settle(hold, [30, 30]);
  await client.flush();
  expect(await inStore()).toEqual({ spent: 60, held: 0 });
});

test("a call that needs nothing is granted at the limit", async () => {
  const { client } = alone();
  await spend(client, 1_000);
  expect((await spend(client, 0)).kind).toBe("granted");
  expect((await spend(client, 1)).kind).toBe("denied");
});
