import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { getRetryable } from "@langchain/core/errors";
import { BudgetUnavailableError } from "../../../src/redis.js";
import type { BudgetStore, Pot } from "../../../src/budget/store.js";
import type { LedgerEntry } from "../../../src/ledger/entry.js";
import { entry } from "../../ledger/entries.js";
import { useRedis } from "./use_redis.js";

const MINUTE = 60_000;
const pot: Pot = { id: "usd:total", limit: 100 };
const hold = (id: string, amount: number) => ({ id, draws: [{ pot, amount }] });

function spent(id: string, nanoDollars: number): LedgerEntry {
  const settled = `0.${String(nanoDollars).padStart(9, "0")}`;
  return entry({ id, budgets: [{ name: "total", key: "", pot: pot.id, held: settled, settled }] });
}

async function refused(asked: Promise<unknown>): Promise<{ message: string; retryable: boolean | undefined }> {
  const error: unknown = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof BudgetUnavailableError)) throw new Error("It was not refused.");
  return { message: error.message, retryable: getRetryable(error) };
}

const inPot = async (store: BudgetStore) => (await store.state([pot])).pots[0];

describe("a Redis that was emptied", () => {
  const redis = useRedis();

  it("is refused in every process from then on", async () => {
    const store = await redis.store();
    await store.settle(hold("1", 60), [60]);
    await redis.server().flush();
    const asked = [
      () => store.reserve(hold("2", 1), MINUTE),
      () => store.renew([hold("2", 1)], MINUTE),
      () => store.settle(hold("2", 1), [1]),
      () => store.state([pot]),
    ];
    for (const ask of asked) {
      const { message, retryable } = await refused(ask());
      expect(retryable).toBe(false);
      expect(message).toContain("was emptied, or came back as it was before");
      expect(message).toContain("`ledger`");
    }
    const other = await redis.store();
    expect((await refused(other.reserve(hold("3", 1), MINUTE))).retryable).toBe(false);
  });

  it("is found out also where another process began anew on it", async () => {
    const store = await redis.store();
    await store.settle(hold("1", 60), [60]);
    await redis.server().flush();
    const other = await redis.store();
    await other.reserve(hold("2", 100), MINUTE);
    expect((await refused(store.state([pot]))).retryable).toBe(false);
    expect((await refused(other.state([pot]))).retryable).toBe(false);
  });

  it("is counted again from the ledger once, by however many processes, and closed for a lease", async () => {
    let nowMs = Date.now();
    const entries = [spent("1", 30), spent("2", 25), spent("2", 25)];
    const options = { now: () => new Date(nowMs), ledger: () => entries };
    const stores = await Promise.all([1, 2, 3, 4].map(() => redis.store(options)));
    const without = await redis.store({ now: options.now });
    for (const store of [...stores, without]) expect(await inPot(store)).toEqual({ spent: 55, held: 0 });
    await redis.server().flush();
    await without.state([pot]).catch(() => {});
    await Promise.all(stores.map((store) => store.renew([hold("open", 20)], MINUTE)));
    for (const store of [...stores, without]) expect(await inPot(store)).toEqual({ spent: 55, held: 20 });
    nowMs += MINUTE - 1;
    const closed = await refused(without.reserve(hold("3", 1), MINUTE));
    expect(closed).toEqual({ message: expect.stringContaining("Try again in `1` ms"), retryable: true });
    nowMs += 1;
    expect(await without.reserve(hold("3", 25), MINUTE)).toMatchObject({ kind: "granted" });
    expect(await inPot(without)).toEqual({ spent: 75, held: 25 });
  });

  it("has pots that wait for a process with a ledger", async () => {
    const store = await redis.store({ ledger: () => [spent("1", 30)] });
    const without = await redis.store();
    await store.state([pot]);
    await without.state([pot]);
    await redis.server().flush();
    await store.state([{ id: "usd:other", limit: 1 }]);
    const { message, retryable } = await refused(without.settle(hold("2", 1), [1]));
    expect([message.includes("must draw on it first"), retryable]).toEqual([true, true]);
    await store.state([pot]);
    await without.settle(hold("2", 1), [1]);
    expect(await inPot(store)).toEqual({ spent: 31, held: 0 });
  });

  it("may not be begun anew by a process that joins others", async () => {
    const joining = await redis.store({ create: false });
    const { message, retryable } = await refused(joining.state([pot]));
    expect([message.includes("`create: false`"), retryable]).toEqual([true, false]);
    await (await redis.store()).settle(hold("1", 1), [1]);
    expect(await inPot(joining)).toEqual({ spent: 1, held: 0 });
  });

  it("says with its cause that the ledger cannot be read", async () => {
    const store = await redis.store({
      ledger: () => [
        spent("1", 30),
        { ...spent("2", 1), budgets: [{ name: "", key: "", pot: pot.id, held: "", settled: "much" }] },
      ],
    });
    expect((await refused(store.state([pot]))).message).toContain("much");
    const broken = new Error("disk");
    const failing = await redis.store({ ledger: () => Promise.reject(broken) });
    await expect(failing.state([pot])).rejects.toMatchObject({ cause: broken, name: "BudgetUnavailableError" });
  });
});

describe("a Redis that came back with older data", () => {
  const redis = useRedis();

  async function withOldData(store: BudgetStore): Promise<void> {
    await store.settle(hold("1", 30), [30]);
    const snapshot = await redis.server().snapshot();
    await store.settle(hold("2", 40), [40]);
    await redis.server().restartWith(snapshot);
  }

  it("is refused where a process has seen more", async () => {
    const store = await redis.store();
    await withOldData(store);
    const again = await connected(store);
    expect(again.retryable).toBe(false);
    expect((await refused((await redis.store()).state([pot]))).retryable).toBe(false);
  });

  it("is counted again from the ledger", async () => {
    const entries: LedgerEntry[] = [];
    const store = await redis.store({ ledger: () => entries });
    await withOldData(store);
    entries.push(spent("1", 30), spent("2", 40));
    await answered(store);
    expect(await inPot(store)).toEqual({ spent: 70, held: 0 });
    expect((await refused(store.reserve(hold("3", 1), MINUTE))).retryable).toBe(true);
  });

  it("is found out by a process that is new, where the ledger says more", async () => {
    await withOldData(await redis.store());
    const store = await redis.store({ ledger: () => [spent("1", 30), spent("2", 40)] });
    expect(await inPot(store)).toEqual({ spent: 70, held: 0 });
    expect((await refused(store.reserve(hold("3", 1), MINUTE))).retryable).toBe(true);
  });

  /** The first answer of the server, and not of a client that is still disconnected. */
  async function connected(store: BudgetStore): Promise<{ message: string; retryable: boolean | undefined }> {
    for (;;) {
      const error = await refused(store.state([pot]));
      if (error.retryable === false) return error;
      await setImmediate();
    }
  }

  async function answered(store: BudgetStore): Promise<void> {
    const isAnswer = () =>
      store.state([pot]).then(
        () => true,
        () => false,
      );
    while (!(await isAnswer())) await setImmediate();
  }
});
