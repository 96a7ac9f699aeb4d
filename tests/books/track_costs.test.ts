import { describe, expect, it } from "@jest/globals";
import { RunnableLambda } from "@langchain/core/runnables";
import { getContextVariable, setContextVariable } from "@langchain/core/context";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { trackCosts } from "../../src/books/track_costs.js";
import type { LedgerEntry } from "../../src/ledger/entry.js";
import { gate } from "../support/gate.js";
import { MILLIONS, PRICES } from "./prices.js";
import { ScriptedModel } from "./scripted_model.js";

const model = new ScriptedModel({ answer: { messages: [{ content: "hi", usage_metadata: MILLIONS }] } });
const options = { table: PRICES };

describe("trackCosts", () => {
  it("counts what is called inside, by whomever, and nothing after", async () => {
    const chain = RunnableLambda.from(async () => (await model.batch(["a", "b"])).length).pipe(String);
    const { result, costs } = await trackCosts(() => chain.invoke({}), options);
    await model.invoke("after");
    expect(result).toBe("2");
    expect(costs.totals).toMatchObject({ calls: 2, costUsd: "10", openCalls: 0 });
  });

  it("counts an inner one's calls for the outer one too", async () => {
    const outer = await trackCosts(async () => {
      await model.invoke("before");
      const inner = await trackCosts(() => model.invoke("inside"), options);
      await model.invoke("after");
      return inner.costs.totals.calls;
    }, options);
    expect([outer.result, outer.costs.totals.calls]).toEqual([1, 3]);
  });

  it("keeps those apart that run at the same time", async () => {
    const both = gate();
    const run = (calls: number) =>
      trackCosts(async () => {
        for (let i = 0; i < calls; i++) await model.invoke("hi");
        await both.opened;
        await model.invoke("hi");
      });
    const tracked = [1, 2, 3].map(run);
    both.open();
    const totals = (await Promise.all(tracked)).map(({ costs }) => costs.totals.calls);
    expect(totals).toEqual([2, 3, 4]);
  });

  it("counts a stream that is opened inside and read outside", async () => {
    const { result, costs } = await trackCosts(() => model.stream("hi"), options);
    for await (const _ of result);
    expect(costs.totals).toMatchObject({ calls: 1, costUsd: "5" });
  });

  it("goes on with a handler that it is given, and hands it in", async () => {
    const costs = new CostCallbackHandler(options);
    for (let i = 0; i < 2; i++) {
      const tracked = await trackCosts(async (own) => (await model.invoke("hi"), own), costs);
      expect([tracked.result, tracked.costs]).toEqual([costs, costs]);
    }
    expect(costs.totals.calls).toBe(2);
  });

  it("counts once where the same handler tracks twice, or is passed to the call too", async () => {
    const costs = new CostCallbackHandler(options);
    await trackCosts(() => trackCosts(() => model.invoke("hi", { callbacks: [costs] }), costs), costs);
    expect(costs.totals.calls).toBe(1);
  });

  it("lets an error through, and has counted until then", async () => {
    const costs = new CostCallbackHandler(options);
    const failing = trackCosts(async () => {
      await model.invoke("hi");
      throw new Error("mine");
    }, costs);
    await expect(failing).rejects.toThrow("mine");
    expect(costs.totals.calls).toBe(1);
  });

  it("leaves nothing behind, and sees what was there", async () => {
    const storage = AsyncLocalStorageProviderSingleton.getInstance();
    const before = storage.getStore();
    for (let i = 0; i < 3; i++) await trackCosts(() => model.invoke("hi"));
    expect(storage.getStore()).toBe(before);
    const seen = await RunnableLambda.from(async () => {
      setContextVariable("mine", "here");
      return (await trackCosts(() => getContextVariable<string>("mine"))).result;
    }).invoke({});
    expect(seen).toBe("here");
  });

  it("leaves runs where they belong: below the chain that they are called in", async () => {
    const entries: LedgerEntry[] = [];
    const outside = new CostCallbackHandler({ ledger: { record: (entry) => void entries.push(entry) } });
    const chain = RunnableLambda.from(async () => (await trackCosts(() => model.invoke("hi"))).costs.totals.calls);
    const runId = "7b2c1a52-57a0-4f0e-9d3e-0d5f2c9a1b11";
    expect(await chain.invoke({}, { callbacks: [outside], runId })).toBe(1);
    expect(entries.map(({ parentRunId, traceId }) => [parentRunId, traceId])).toEqual([[runId, runId]]);
  });

  it("needs no `enterWith`, which Workers do not have", async () => {
    const storage = AsyncLocalStorageProviderSingleton.getInstance();
    const { enterWith, run } = storage;
    // From Node 24 on, `run` is made of `enterWith`: only calls that are not its own count.
    let isRunsOwn = false;
    const within = <Value>(own: boolean, act: () => Value): Value => {
      const before = isRunsOwn;
      isRunsOwn = own;
      try {
        return act();
      } finally {
        isRunsOwn = before;
      }
    };
    storage.run = (store: unknown, act: () => unknown) =>
      within(true, () => run.call(storage, store, () => within(false, act))) as never;
    storage.enterWith = (store: unknown) => {
      if (!isRunsOwn) throw new Error("asyncLocalStorage.enterWith() is not implemented");
      enterWith.call(storage, store);
    };
    try {
      const { costs } = await trackCosts(() => model.invoke("hi"), options);
      expect(costs.totals.calls).toBe(1);
    } finally {
      Object.assign(storage, { enterWith, run });
    }
  });
});
