import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { memoryBudgetStore } from "../../src/budget/memory_store.js";
import type { Hold, Pot } from "../../src/budget/store.js";
import { StoreClient } from "../../src/budget/store_client.js";
import { TroubledStore, type Trouble } from "../support/troubled_store.js";

const LIMIT = 1_000;
const pot: Pot = { id: "usd", limit: LIMIT };
const policy = { leaseMs: 60_000, onStoreDown: "escrow" } as const;

beforeEach(() => {
  jest.useFakeTimers({ now: 1_800_000_000_000 });
});
afterEach(() => {
  jest.useRealTimers();
});

/** Three processes that share a store, what they have really spent, and what their open calls may yet spend. */
class World {
  readonly memory = memoryBudgetStore();
  readonly processes = [0, 1, 2].map(() => this.#start());
  #spent = 0;

  #start() {
    const store = new TroubledStore(this.memory);
    return { store, client: StoreClient.of(store), open: [] as { hold: Hold; amount: number }[] };
  }

  #at(index: number) {
    const process = this.processes[index];
    if (process === undefined) throw new Error(`There is no process ${index}.`);
    return process;
  }

  /** The most that a server can have charged, once all calls have ended. */
  get most(): number {
    return this.processes.flatMap(({ open }) => open).reduce((sum, { amount }) => sum + amount, this.#spent);
  }

  async reserve(index: number, amount: number): Promise<void> {
    const { client, open } = this.#at(index);
    const asked = client.reserve([{ potAt: () => pot, amount }], policy).then(
      ({ hold, reply }) => reply.kind === "granted" && open.push({ hold, amount }),
      () => undefined,
    );
    await this.#over(index, asked);
  }

  async settle(index: number, part: number): Promise<void> {
    const { client, open } = this.#at(index);
    const call = open.shift();
    if (call === undefined) return;
    const spent = Math.ceil(call.amount * part);
    this.#spent += spent;
    const settled = client.settle(call.hold, [spent]);
    await this.#over(index, settled);
  }

  /** Time passes only where a store lets it. */
  async #over(index: number, step: Promise<unknown>): Promise<void> {
    const { trouble } = this.#at(index).store;
    if (trouble === "hangs" || trouble === "loses") await jest.advanceTimersByTimeAsync(2_500);
    await step;
  }

  cut(index: number, trouble: Trouble): void {
    this.#at(index).store.trouble = trouble;
  }

  /** Its calls were sent and may have cost all that they held; its store hears nothing of it any more. */
  crash(index: number): void {
    const { store, open } = this.#at(index);
    store.trouble = "hangs";
    for (const { amount } of open) this.#spent += amount;
    this.processes[index] = this.#start();
  }

  async end(): Promise<void> {
    for (const [index, { store, open }] of this.processes.entries()) {
      store.trouble = "none";
      while (open.length > 0) await this.settle(index, 0.5);
    }
    await jest.advanceTimersByTimeAsync(200_000);
  }
}

const index = fc.nat({ max: 2 });
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("reserve" as const), index, amount: fc.integer({ min: 0, max: 250 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("settle" as const),
      index,
      part: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("cut" as const),
      index,
      trouble: fc.constantFrom<Trouble>("none", "none", "fails", "hangs", "loses"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const), index }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1_000, max: 150_000 }) }),
  },
);

async function take(world: World, one: typeof step extends fc.Arbitrary<infer Step> ? Step : never): Promise<void> {
  switch (one.do) {
    case "reserve":
      return world.reserve(one.index, one.amount);
    case "settle":
      return world.settle(one.index, one.part);
    case "cut":
      return world.cut(one.index, one.trouble);
    case "crash":
      return world.crash(one.index);
    case "wait":
      await jest.advanceTimersByTimeAsync(one.ms);
  }
}

test("whatever becomes of processes and of their lines, what they spend stays within the limit, and slices come back", async () => {
  let mostSeen = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), async (steps) => {
      jest.clearAllTimers();
      const world = new World();
      for (const one of steps) {
        await take(world, one);
        expect(world.most).toBeLessThanOrEqual(LIMIT);
        mostSeen = Math.max(mostSeen, world.most);
      }
      await world.end();
      const [state] = (await world.memory.state([pot])).pots;
      expect(state?.held).toBe(0);
      expect(state?.spent).toBeLessThanOrEqual(LIMIT);
      expect(state?.spent).toBeGreaterThanOrEqual(world.most);
    }),
    { numRuns: 80 },
  );
  // The limit was reached, or nothing was tried.
  expect(mostSeen).toBeGreaterThan(0.9 * LIMIT);
});

test("four processes with small calls, one after the other, use the limit", async () => {
  const memory = memoryBudgetStore();
  const clients = [1, 2, 3, 4].map(() => StoreClient.of(new TroubledStore(memory)));
  let spent = 0;
  for (let round = 0; round < 100; round += 1) {
    for (const client of clients) {
      const { hold, reply } = await client.reserve([{ potAt: () => pot, amount: 7 }], policy);
      if (reply.kind !== "granted") continue;
      spent += 4;
      await client.settle(hold, [4]);
    }
  }
  expect(spent).toBeGreaterThanOrEqual(0.7 * LIMIT);
  expect(spent).toBeLessThanOrEqual(LIMIT);
});
