import { describe, expect, it } from "@jest/globals";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { keepSettledRuns, settledRun } from "../../src/books/settled_runs.js";
import type { Ledger, LedgerEntry, OpenedCall } from "../../src/ledger/entry.js";
import { MemoryLedger } from "../../src/ledger/memory.js";
import { gate } from "../support/gate.js";
import { MILLIONS, PRICES } from "./prices.js";
import { FACTS, ScriptedModel, type Answer } from "./scripted_model.js";

const used = { messages: [{ content: "hi", usage_metadata: MILLIONS }] };

async function call(costs: CostCallbackHandler, answer: Answer = used, config: object = {}): Promise<void> {
  const model = new ScriptedModel({ answer, facts: FACTS, maxRetries: 0 });
  await model.invoke("hi", { callbacks: [costs], ...config }).catch(() => undefined);
}

describe("a handler with several ledgers", () => {
  it("puts each call into all of them, and once into one that is named twice", async () => {
    const [first, second] = [new MemoryLedger(), new MemoryLedger()];
    const seen: string[] = [];
    const counting: Ledger = { record: ({ id }) => void seen.push(id) };
    await call(new CostCallbackHandler({ table: PRICES, ledger: [first, counting, second, counting] }));
    expect(first.entries).toHaveLength(1);
    expect(second.entries).toEqual(first.entries);
    expect(seen).toEqual(first.entries.map(({ id }) => id));
  });

  it.each<[string, Ledger["record"]]>([
    [
      "throws",
      () => {
        throw new Error("no room");
      },
    ],
    ["rejects", async () => Promise.reject(new Error("no room"))],
  ])("goes on with the others where one %s", async (_, record) => {
    const kept = new MemoryLedger();
    const costs = new CostCallbackHandler({ table: PRICES, ledger: [{ record }, kept, { record }] });
    await call(costs);
    await costs.flush();
    expect(kept.entries).toHaveLength(1);
    expect(costs.totals).toMatchObject({
      calls: 1,
      warnings: ["an entry could not be written to the ledger: no room"],
    });
  });

  it("takes none, and refuses a list that holds something else", () => {
    expect(() => new CostCallbackHandler({ ledger: [] })).not.toThrow();
    // @ts-expect-error it is the refusal that is tested
    expect(() => new CostCallbackHandler({ ledger: [new MemoryLedger(), "usage.jsonl"] })).toThrow(/`ledger` is /);
  });
});

describe("a ledger that listens", () => {
  it("hears of a call when it begins, before it is recorded", async () => {
    const heard: (OpenedCall | LedgerEntry)[] = [];
    const opened = (begun: OpenedCall) => void heard.push(begun);
    const ledger: Ledger = { opened, record: (entry) => void heard.push(entry) };
    await call(new CostCallbackHandler({ table: PRICES, ledger }));
    const [begun, ended] = heard;
    expect(heard).toHaveLength(2);
    expect(begun).toStrictEqual({
      runId: expect.any(String),
      provider: "acme",
      modelRequested: "roadrunner",
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.+Z$/),
    });
    expect(ended).toMatchObject({ outcome: "ok", ...begun });
  });

  it("fails no call by what it throws then", async () => {
    const ledger: Ledger = {
      opened: () => {
        throw new Error("not now");
      },
      record: () => undefined,
    };
    const costs = new CostCallbackHandler({ table: PRICES, ledger });
    await call(costs);
    expect(costs.totals).toMatchObject({ calls: 1, costUsd: "5" });
    expect(costs.totals.warnings).toEqual(["a ledger was told of a call that began, and failed: not now"]);
  });

  it("is waited for by the handler's `flush`", async () => {
    const written = gate();
    let isDone = false;
    const ledger: Ledger = { record: () => undefined, flush: () => written.opened };
    const costs = new CostCallbackHandler({ table: PRICES, ledger });
    await call(costs);
    const flushing = costs.flush().then(() => (isDone = true));
    await Promise.resolve();
    expect(isDone).toBe(false);
    written.open();
    await flushing;
    expect(isDone).toBe(true);
  });

  it("is a warning where it cannot be flushed", async () => {
    const ledger: Ledger = { record: () => undefined, flush: () => Promise.reject(new Error("no server")) };
    const costs = new CostCallbackHandler({ table: PRICES, ledger });
    await costs.flush();
    expect(costs.totals.warnings).toEqual(["an entry could not be written to the ledger: no server"]);
  });
});

describe("the entries of runs that ended lately", () => {
  const RUN = "7b2c1a52-57a0-4f0e-9d3e-0d5f2c9a1b12";

  it("are kept once somebody asks to, that of a handler that knows the cost before the others'", async () => {
    await call(new CostCallbackHandler({ table: PRICES }), used, { runId: RUN });
    expect(settledRun(RUN)).toBeUndefined();
    keepSettledRuns();
    const callbacks = [{}, { table: PRICES }, {}].map((input) => new CostCallbackHandler(input));
    await call(new CostCallbackHandler(), used, { runId: RUN, callbacks });
    expect(settledRun(RUN)).toMatchObject({ runId: RUN, cost: { usd: "5" } });
  });
});
