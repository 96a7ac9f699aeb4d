import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { RunnableLambda, type RunnableConfig } from "@langchain/core/runnables";
import { FakeLLM } from "@langchain/core/utils/testing";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { JsonlLedger } from "../../src/ledger/jsonl.js";
import { MemoryLedger } from "../../src/ledger/memory.js";
import { readLedger } from "../../src/ledger/read_jsonl.js";
import { summarize } from "../../src/ledger/summary.js";
import { gate } from "../support/gate.js";
import { MILLIONS, PRICES } from "./prices.js";
import { FACTS, ScriptedModel } from "./scripted_model.js";

const RUN = "7b2c1a52-57a0-4f0e-9d3e-0d5f2c9a1b11";
const messages = [{ content: "hi", usage_metadata: MILLIONS }];
const model = new ScriptedModel({ answer: { messages }, facts: FACTS });
const options = { table: PRICES };

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ids-"));
  path = join(folder, "usage.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function read(): Promise<[calls: number, costUsd: string | undefined, repeated: number]> {
  const { entries, repeated } = await readLedger(path);
  const { calls, costUsd } = summarize(entries, "model").total;
  return [calls, costUsd, repeated];
}

describe("calls that were given the same run id all count", () => {
  it("with a handler for each, in one file", async () => {
    for (let call = 0; call < 3; call += 1) {
      const costs = new CostCallbackHandler({ ...options, ledger: new JsonlLedger(path) });
      await model.invoke("hi", { callbacks: [costs], runId: RUN });
    }
    expect(await read()).toEqual([3, "15", 0]);
  });

  it("at the same time, with a handler for each and one ledger", async () => {
    const ledger = new MemoryLedger();
    await Promise.all(
      Array.from({ length: 5 }, () =>
        model.invoke("hi", { callbacks: [new CostCallbackHandler({ ...options, ledger })], runId: RUN }),
      ),
    );
    expect(ledger.entries).toHaveLength(5);
    expect(new Set(ledger.entries.map(({ id }) => id)).size).toBe(5);
    expect(summarize(ledger.entries, "trace").groups).toMatchObject([{ key: RUN, calls: 5, costUsd: "25" }]);
  });

  it("at the same time in one handler, whichever ends first, each with a user", async () => {
    const ledger = new MemoryLedger();
    const costs = new CostCallbackHandler({ ...options, ledger });
    const gates = [gate(), gate()];
    const calling = gates.map(({ opened: until }, at) =>
      new ScriptedModel({ answer: { messages, until }, facts: FACTS }).invoke("hi", {
        callbacks: [costs],
        runId: RUN,
        metadata: { user: `u${at}` },
      }),
    );
    while (costs.totals.openCalls < 2) await new Promise((resolve) => setImmediate(resolve));
    for (const at of [1, 0]) {
      gates[at]?.open();
      await calling[at];
    }
    expect(costs.totals).toMatchObject({ calls: 2, openCalls: 0, costUsd: "10" });
    expect(new Set(ledger.entries.map(({ user }) => user))).toEqual(new Set(["u0", "u1"]));
  });

  it("one after the other in one handler, also where they fail with the same error", async () => {
    const ledger = new MemoryLedger();
    const costs = new CostCallbackHandler({ ...options, ledger });
    const failing = new ScriptedModel({ answer: { error: new Error("again") }, maxRetries: 0 });
    for (let call = 0; call < 3; call += 1)
      await failing.invoke("hi", { callbacks: [costs], runId: RUN }).catch(() => undefined);
    expect([costs.totals.calls, ledger.entries.length]).toEqual([3, 3]);
  });

  it("and keep their place below the outermost run, while others of its id end", async () => {
    const ledger = new MemoryLedger();
    const costs = new CostCallbackHandler({ ...options, ledger });
    const [first, second] = [gate(), gate()];
    const chain = (until: Promise<void>) =>
      RunnableLambda.from(async (_: object, config: RunnableConfig) => {
        await until;
        return (await model.invoke("hi", config)).text;
      }).invoke({}, { callbacks: [costs], runId: RUN });
    const calling = [chain(first.opened), chain(second.opened)];
    first.open();
    await calling[0];
    second.open();
    await calling[1];
    expect(ledger.entries.map(({ traceId }) => traceId)).toEqual([RUN, RUN]);
  });
});

describe("a call is on the books once", () => {
  it("where two handlers have a ledger each on one file", async () => {
    const callbacks = [1, 2].map(() => new CostCallbackHandler({ ...options, ledger: new JsonlLedger(path) }));
    await model.invoke("hi", { callbacks, runId: RUN });
    expect(await read()).toEqual([1, "5", 1]);
  });

  it.each([
    ["an error", new Error("boom")],
    ["a text", "boom"],
  ])("where two handlers hear of the same failure: %s", async (_what, error) => {
    const ledger = new MemoryLedger();
    const callbacks = [1, 2].map(() => new CostCallbackHandler({ ...options, ledger }));
    for (let call = 0; call < 2; call += 1) {
      const failing = new ScriptedModel({ answer: { error }, maxRetries: 0 });
      await failing.invoke("hi", { callbacks, runId: RUN }).catch(() => undefined);
    }
    expect(ledger.entries).toHaveLength(2);
  });

  it("where a handler is listed twice, of a chat model and of one that is asked with a text", async () => {
    const costs = new CostCallbackHandler(options);
    const until = gate();
    const slow = new ScriptedModel({ answer: { messages, until: until.opened } });
    const calling = slow.invoke("hi", { callbacks: [costs, costs] });
    while (costs.totals.openCalls === 0) await new Promise((resolve) => setImmediate(resolve));
    const { openCalls } = costs.totals;
    until.open();
    await calling;
    await new FakeLLM({ response: "blue" }).invoke("hi", { callbacks: [costs, costs] });
    expect([openCalls, costs.totals.calls, costs.totals.openCalls]).toEqual([1, 2, 0]);
  });
});
