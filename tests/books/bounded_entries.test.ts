import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "@jest/globals";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { MemoryLedger } from "../../src/ledger/memory.js";
import { MILLIONS, PRICES } from "./prices.js";
import { FACTS, ScriptedModel } from "./scripted_model.js";

const LONG = "m".repeat(2_000_000);
/** The longest that is taken for a name at all. */
const SERVED = `${"m".repeat(65_000)}!`;
const CUT = `${"m".repeat(255)}…`;

async function called(fields: object, config: object) {
  const ledger = new MemoryLedger();
  const costs = new CostCallbackHandler({ table: PRICES, ledger });
  const answer = {
    messages: [
      {
        content: "hi",
        usage_metadata: MILLIONS,
        response_metadata: { model_name: SERVED, service_tier: SERVED },
      },
    ],
  };
  await new ScriptedModel({ answer, ...fields }).invoke("hi", { callbacks: [costs], ...config });
  return { costs, entry: ledger.entries[0] };
}

describe("what a stranger wrote into a call", () => {
  it("is on the books, in short", async () => {
    const metadata = { user: LONG, session: LONG, thread_id: LONG, [LONG]: LONG, lc_agent_name: LONG };
    const { costs, entry } = await called({}, { metadata, tags: [LONG, "b"] });
    expect(entry).toMatchObject({ user: CUT, session: CUT, threadId: CUT, agent: CUT, modelServed: CUT, tier: CUT });
    expect(entry?.tags).toEqual([CUT, "b"]);
    expect(entry?.metadata[`${"m".repeat(127)}…`]).toBe(CUT);
    expect(JSON.stringify([entry, costs.byModel, costs.totals]).length).toBeLessThan(65_536);
  });

  it("is in short in warnings and sums too, where it is the model's name", async () => {
    const { costs } = await called({ model: LONG }, {});
    expect(Object.keys(costs.byModel)).toEqual([`acme/${CUT}`]);
    expect(costs.totals.warnings.join().length).toBeLessThan(5_000);
    costs.addWarning(LONG);
    expect(costs.totals.warnings.at(-1)).toHaveLength(2_048);
  });
});

describe("an amount that no sum takes", () => {
  it("makes its call unpriced, in the sums and in the ledger", async () => {
    const pricing = { gpuUsdPerHour: "9".repeat(60), gpus: 1_000_000_000 };
    const answer = {
      messages: [{ content: "hi", usage_metadata: MILLIONS, response_metadata: { metered_timing: { total_ms: 1e9 } } }],
    };
    const ledger = new MemoryLedger();
    const costs = new CostCallbackHandler({ table: PRICES, ledger });
    await new ScriptedModel({ answer, facts: { ...FACTS, pricing } }).invoke("hi", { callbacks: [costs] });
    expect(costs.totals).toMatchObject({ calls: 1, unpricedCalls: 1, costUsd: undefined });
    expect(ledger.entries[0]?.cost).toMatchObject({
      status: "unpriced",
      usd: null,
      reason: expect.stringContaining("cannot be summed"),
    });
    expect(costs.totals.warnings).toEqual([expect.stringContaining("cannot be summed")]);
  });
});

describe("what a run is remembered by", () => {
  it("keeps no long text in memory, while it is open and when it is on the books", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const ledger = new MemoryLedger();
    const costs = new CostCallbackHandler({ ledger });
    const long = () => Buffer.alloc(100_000, "a").toString("latin1");
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let run = 0; run < 200; run += 1) {
      costs.handleChatModelStart({}, [[]], `run-${run}`, undefined, {}, [long()], { user: long(), feature: long() });
      if (run < 100) costs.handleLLMEnd({ generations: [[]] }, `run-${run}`);
    }
    // What a `WeakRef` was made of is kept until the job ends that made it.
    await new Promise(setImmediate);
    collect();
    const grown = process.memoryUsage().heapUsed - before;
    expect([ledger.entries.length, costs.totals.openCalls]).toEqual([100, 100]);
    // All of them are 60 MB.
    expect(grown).toBeLessThan(6_000_000);
  });
});
