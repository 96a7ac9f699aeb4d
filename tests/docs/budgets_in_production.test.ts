import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { createClient } from "redis";
import type { BudgetStore } from "../../src/budget/store.js";
import { Budget, ChatFireworks, CostCallbackHandler, memoryBudgetStore } from "../../src/index.js";
import { redisBudgetStore } from "../../src/redis.js";
import { overrideEnvironment } from "../support/environment.js";
import { useGuideServer } from "../support/guide_server.js";
import { PostgresServer } from "../support/postgres_server.js";
import { testExamplesOf } from "../support/page_examples.js";
import { RedisServer } from "../support/redis_server.js";

jest.setTimeout(60_000);
useGuideServer();
const close: (() => unknown)[] = [];
const before = new Set(process.listeners("SIGTERM"));

beforeAll(async () => {
  const redis = await RedisServer.start();
  const postgres = await new PostgresServer().start();
  const { host, port } = postgres.address;
  const environment = { REDIS_URL: redis.url, DATABASE_URL: `postgres://postgres@${host}:${port}/postgres` };
  close.push(
    () => redis.stop(),
    () => postgres.close(),
    overrideEnvironment(/^(REDIS|DATABASE)_/, environment),
    // The example's would keep this process from being ended.
    () => process.listeners("SIGTERM").forEach((listener) => !before.has(listener) && process.off("SIGTERM", listener)),
  );
});

afterAll(async () => {
  await Promise.all(close.map((end) => end()));
});

testExamplesOf("docs/budgets-in-production.md", [
  ["0.00045"],
  ["0.99955", ["user: $0.00045"]],
  [200, "0.00045"],
  [true, 1, "0"],
  [["team is at 45 %"]],
]);

const MODEL = "accounts/fireworks/models/minimax-m3p1-flash";
const POT = { id: "usd:team", limit: 1000 };
const hold = (id: string, amount: number) => ({ id, draws: [{ pot: POT, amount }] });

/** What a store is asked for one call. */
async function askedFor(maxTokens: number | undefined, budgets: number): Promise<string[]> {
  const asked: string[] = [];
  const store = new Proxy(memoryBudgetStore(), {
    get: (target, name: keyof BudgetStore) => {
      if (typeof target[name] === "function") asked.push(name);
      return target[name];
    },
  });
  const budget = Array.from({ length: budgets }, (_, n) => new Budget({ name: `team${n}`, limitUsd: "1", store }));
  const costs = new CostCallbackHandler({ budget });
  asked.length = 0; // the methods are looked at when a budget is made
  await new ChatFireworks(MODEL, { maxTokens, costs }).invoke("What are tides?");
  await costs.flush();
  return asked;
}

describe("what the page says of stores", () => {
  it.each<[maxTokens: number | undefined, budgets: number, asked: string[]]>([
    [500, 1, ["reserve", "settle"]],
    [500, 5, ["reserve", "settle"]],
    [undefined, 1, ["state", "reserve", "settle"]],
    [undefined, 2, ["state", "state", "reserve", "settle"]],
  ])("with maxTokens %p and %p budgets a call asks its store for %p", async (maxTokens, budgets, asked) => {
    expect(await askedFor(maxTokens, budgets)).toEqual(asked);
  });

  it("a process that starts after its Redis was emptied gets the whole limit, until an older one asks", async () => {
    const client = await createClient({ url: process.env["REDIS_URL"] }).connect();
    close.push(() => client.close());
    const open = (prefix: string, create?: boolean) => redisBudgetStore(client, { prefix, create });
    const older = open("emptied");
    await older.settle(hold("spent", 900), [900]);
    await client.flushAll();
    await expect(open("emptied", false).reserve(hold("joined", 900), 60_000)).rejects.toThrow("has no budgets");
    const younger = open("emptied");
    expect((await younger.reserve(hold("first", 900), 60_000)).kind).toBe("granted");
    await expect(older.reserve(hold("second", 1), 60_000)).rejects.toThrow("was emptied");
    await expect(younger.reserve(hold("third", 1), 60_000)).rejects.toThrow("was emptied");
  });

  it("a settle replaces what a lease has charged for an hour, and is charged besides after it", async () => {
    const client = await createClient({ url: process.env["REDIS_URL"] }).connect();
    close.push(() => client.close());
    let nowMs = Date.now();
    const store = redisBudgetStore(client, { prefix: "late", now: () => new Date(nowMs) });
    const spent = async () => (await store.state([POT])).pots[0]?.spent;
    await store.reserve(hold("call", 100), 60_000);
    nowMs += 60_000;
    expect(await spent()).toBe(100);
    expect(await client.pTTL("{late}:hold:call")).toBeGreaterThan(3_590_000);
    await store.settle(hold("call", 100), [40]);
    expect(await spent()).toBe(40);
    await client.del("{late}:hold:call"); // as its end would, which goes by the server's clock
    await store.settle(hold("call", 100), [40]);
    expect(await spent()).toBe(80);
  });

  it("a budget without a window tells of a threshold once in the life of a process", async () => {
    const told: number[] = [];
    const terms = { limitUsd: "0.002", thresholds: [0.2], onThreshold: () => void told.push(1) };
    const costs = new CostCallbackHandler({ budget: terms });
    const model = new ChatFireworks(MODEL, { maxTokens: 500, costs });
    for (let call = 0; call < 3; call++) await model.invoke("What are tides?");
    expect(told).toEqual([1]);
  });
});
