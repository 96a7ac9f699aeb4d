import { describe, expect, it } from "@jest/globals";
import { InMemoryCache } from "@langchain/core/caches";
import { ModelAbortError } from "@langchain/core/errors";
import { AIMessage } from "@langchain/core/messages";
import { RunnableLambda } from "@langchain/core/runnables";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { costOf } from "../../src/books/cost_of.js";
import { ServerError } from "../../src/base/errors.js";
import type { Ledger, LedgerEntry } from "../../src/ledger/entry.js";
import { parseEntry } from "../../src/ledger/entry_schema.js";
import { MemoryLedger } from "../../src/ledger/memory.js";
import { summarize } from "../../src/ledger/summary.js";
import { gate } from "../support/gate.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { MILLIONS, PRICES } from "./prices.js";
import { FACTS, factsWith, ScriptedModel, type Answer } from "./scripted_model.js";

const used = { content: "hi", usage_metadata: MILLIONS };
const RUN = "7b2c1a52-57a0-4f0e-9d3e-0d5f2c9a1b11";

function books() {
  const ledger = new MemoryLedger();
  return { ledger, costs: new CostCallbackHandler({ table: PRICES, ledger }) };
}

/** The entry of one call that may fail. */
async function entryOf(answer: Answer, config: object = {}, fields: object = {}): Promise<LedgerEntry | undefined> {
  const { ledger, costs } = books();
  const model = new ScriptedModel({ answer, facts: FACTS, maxRetries: 0, ...fields });
  await model.invoke("hi", { callbacks: [costs], ...config }).catch(() => undefined);
  expect(ledger.entries).toHaveLength(1);
  return ledger.entries[0];
}

describe("an entry", () => {
  it("says who called, what answered, what was used and what it cost", async () => {
    const message = {
      ...used,
      usage_metadata: {
        ...MILLIONS,
        input_token_details: { cache_read: 250_000 },
        output_token_details: { reasoning: 1000 },
      },
      response_metadata: {
        model_provider: "acme",
        model_name: "roadrunner-2",
        usage_source: "server",
        service_tier: "default",
        metered: FACTS,
        metered_timing: { first_token_ms: 12, total_ms: 34, streamed: true },
        requests: [
          { status: 503, error: "busy", reached: true },
          { status: 200, reached: true, usage: MILLIONS },
        ],
      },
    };
    const metadata = {
      user: "ann",
      session: "s-1",
      thread_id: "t-1",
      langgraph_node: "plan",
      feature: "search",
      depth: 2,
      nested: { a: 1 },
    };
    const entry = await entryOf({ messages: [message] }, { runId: RUN, tags: ["web"], metadata });
    expect(entry).toStrictEqual({
      schemaVersion: 1,
      id: expect.stringMatching(new RegExp(`^${RUN}#[0-9a-f]{16}$`)),
      runId: RUN,
      traceId: RUN,
      threadId: "t-1",
      node: "plan",
      user: "ann",
      session: "s-1",
      provider: "acme",
      modelRequested: "roadrunner",
      modelServed: "roadrunner-2",
      tier: "default",
      host: "api.acme.test",
      privateHost: false,
      usage: {
        inputTokens: 1_000_000,
        outputTokens: 1_000_000,
        cachedInputTokens: 250_000,
        reasoningTokens: 1000,
        source: "server",
      },
      cost: {
        status: "priced",
        usd: "4.775",
        lowUsd: "4.775",
        highUsd: "4.775",
        components: {
          input: { tokens: 750_000, usdPerMillion: "1", usd: "0.75" },
          cachedInput: { tokens: 250_000, usdPerMillion: "0.1", usd: "0.025" },
          output: { tokens: 999_000, usdPerMillion: "4", usd: "3.996" },
          reasoning: { tokens: 1000, usdPerMillion: "4", usd: "0.004" },
        },
        basis: "user",
        row: "test/roadrunner#0",
        checkedOn: null,
        reason: "its listed price",
        assumptions: [],
        warnings: [],
      },
      outcome: "ok",
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.+Z$/),
      endedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.+Z$/),
      latencyMs: expect.any(Number),
      serverMs: 34,
      timeToFirstTokenMs: 12,
      tags: ["web"],
      metadata: { user: "ann", session: "s-1", feature: "search", depth: 2 },
      attempts: [
        { status: 503, failed: true, reached: true },
        { status: 200, reached: true, usage: { inputTokens: 1_000_000, outputTokens: 1_000_000 } },
      ],
    });
  });

  it("repeats nothing of what a server or a model said", async () => {
    const response_metadata = {
      metered: FACTS,
      usage_source: "estimated",
      usage_estimate: { reason: "the server said `secret`", inputTokens: [0, 1_000_000], outputTokens: [0, 1_000_000] },
      requests: [
        { status: 200, error: "secret", reached: true },
        { error: "secret", reached: true },
      ],
    };
    const error = new ServerError("secret", { partialOutput: new AIMessage({ ...used, response_metadata }) });
    const ledger = new MemoryLedger();
    const costs = new CostCallbackHandler({ table: PRICES, ledger });
    await expect(
      new ScriptedModel({ answer: { error }, maxRetries: 0 }).invoke("secret", { callbacks: [costs] }),
    ).rejects.toBe(error);
    expect(ledger.entries).toMatchObject([
      {
        usage: { estimate: { reason: "the call ended with `ServerError`" } },
        attempts: [
          { status: 200, failed: true, reached: true },
          { failed: true, reached: true },
        ],
      },
    ]);
    expect(JSON.stringify(ledger.entries)).not.toContain("secret");
  });

  const failed = new ServerError("the key sk-12345 is wrong", { status: 401 });
  const cut = new ServerError("cut", { partialOutput: new AIMessage(used) });

  it.each([
    ["ok", { messages: [used] }, { cost: { status: "priced", usd: "5" } }],
    [
      "error",
      { error: failed },
      {
        errorType: "ServerError",
        errorStatus: 401,
        cost: { status: "none", usd: "0", reason: "the server refused the request with status 401" },
      },
    ],
    [
      "error",
      { error: cut },
      {
        errorType: "ServerError",
        usage: { source: "estimated", estimate: { reason: "the call ended with `ServerError`" } },
        cost: { usd: "5", highUsd: null },
      },
    ],
    [
      "aborted",
      { error: new ModelAbortError("stop") },
      { errorType: "ModelAbortError", cost: { status: "none", usd: "0" } },
    ],
  ])("of outcome %s is data that its reader takes back", async (outcome, answer, expected) => {
    const entry = await entryOf(answer);
    expect(entry).toMatchObject({ outcome, ...expected });
    const back: unknown = JSON.parse(JSON.stringify(entry));
    expect(back).toStrictEqual(entry);
    expect(parseEntry(back)).toEqual({ entry: back });
    expect(JSON.stringify(entry)).not.toContain("sk-12345");
  });

  it("is written for a denial and for a cache hit", async () => {
    const { ledger } = books();
    const strict = new CostCallbackHandler({ table: PRICES, ledger, onUnpriced: "throw" });
    const stranger = new ScriptedModel({
      model: "stranger",
      facts: factsWith({ requested_model: "stranger" }),
      callbacks: [strict],
      maxRetries: 0,
    });
    await expect(stranger.invoke("hi")).rejects.toThrow("No price is known");
    const cached = new ScriptedModel({
      answer: { messages: [used] },
      facts: FACTS,
      callbacks: [strict],
      cache: new InMemoryCache(),
    });
    for (let i = 0; i < 2; i++) await cached.invoke("hi");
    expect(ledger.entries.map(({ outcome, cost }) => [outcome, cost.status, cost.usd])).toEqual([
      ["denied", "none", "0"],
      ["ok", "priced", "5"],
      ["cache-hit", "none", "0"],
    ]);
  });

  it("prices GPU hours by the time that the server took, where the answer says", async () => {
    const facts = factsWith({ pricing: { gpuUsdPerHour: "3600" } });
    const message = { ...used, response_metadata: { metered_timing: { total_ms: 2500 } } };
    expect((await entryOf({ messages: [message] }, {}, { facts }))?.cost.usd).toBe("2.5");
    expect(costOf({ ...message, response_metadata: { ...message.response_metadata, metered: facts } }).totalUsd).toBe(
      "2.5",
    );
  });

  it("prices GPU hours by the time that the call took, where it does not", async () => {
    const answered = gate();
    const { ledger, costs } = books();
    const facts = factsWith({ pricing: { gpuUsdPerHour: "3600", gpus: 2, share: 0.5 } });
    const call = new ScriptedModel({ answer: { messages: [used], until: answered.opened }, facts }).invoke("hi", {
      callbacks: [costs],
    });
    answered.open();
    await call;
    const [entry] = ledger.entries;
    expect(Number(entry?.cost.usd)).toBeCloseTo((entry?.latencyMs ?? Number.NaN) / 1000, 9);
    expect(entry?.cost.components.gpu).toMatchObject({ gpus: 2, share: 0.5, usdPerHour: "3600" });
    expect(entry?.pricing).toEqual(facts.pricing);
  });

  it("keeps of a declared price what is data", async () => {
    const facts = factsWith({ pricing: { inputUsdPerMillion: "1", outputUsdPerMillion: 2, note: { huge: 1n } } });
    expect((await entryOf({ messages: [used] }, {}, { facts }))?.pricing).toEqual({
      inputUsdPerMillion: "1",
      outputUsdPerMillion: 2,
    });
  });

  it("knows the runs above it", async () => {
    const { ledger, costs } = books();
    const model = new ScriptedModel({ answer: { messages: [used] } });
    const inner = RunnableLambda.from(async (_input, config) => model.invoke("hi", config));
    const outer = RunnableLambda.from(async (_input, config) => inner.invoke({}, config));
    await outer.invoke({}, { callbacks: [costs], runId: RUN });
    const [entry] = ledger.entries;
    expect(entry?.traceId).toBe(RUN);
    expect([RUN, entry?.runId]).not.toContain(entry?.parentRunId);
  });

  it("does not guess the outermost run where its handler is on the model alone", async () => {
    const { ledger, costs } = books();
    const model = new ScriptedModel({ answer: { messages: [used] }, callbacks: [costs] });
    await RunnableLambda.from((text: string) => text)
      .pipe(model)
      .invoke("hi", { callbacks: [new RecordingHandler()] });
    expect(ledger.entries[0]).toMatchObject({ parentRunId: expect.any(String) });
    expect(ledger.entries[0]?.traceId).toBeUndefined();
  });
});

describe("the sum of the ledger", () => {
  it("is that of the handler, whatever happened", async () => {
    const { ledger, costs } = books();
    const answers: Answer[] = [
      { messages: [used] },
      { messages: [{ content: "?" }] },
      { error: new Error("x") },
      { messages: [used, used] },
    ];
    for (const answer of answers) {
      for (const facts of [FACTS, undefined]) {
        await new ScriptedModel({ answer, facts, maxRetries: 0 })
          .invoke("hi", { callbacks: [costs] })
          .catch(() => undefined);
      }
    }
    const { warnings: _warnings, openCalls: _open, ...totals } = costs.totals;
    expect(summarize(ledger.entries, "model").total).toEqual(totals);
    expect(totals.calls).toBe(8);
  });

  it("has a call once when two handlers write into one ledger", async () => {
    const ledger = new MemoryLedger();
    const seen: string[] = [];
    const shared: Ledger = { record: (entry) => (seen.push(entry.id), ledger.record(entry)) };
    const handlers = [1, 2].map(() => new CostCallbackHandler({ table: PRICES, ledger: shared }));
    await new ScriptedModel({ answer: { messages: [used] } }).batch(["a", "b"], { callbacks: handlers });
    expect(seen).toHaveLength(2);
    expect(handlers.map(({ totals }) => totals.calls)).toEqual([2, 2]);
  });

  it("has two runs that fail with the same error object", async () => {
    const { ledger, costs } = books();
    const error = new Error("again");
    const model = new ScriptedModel({ answer: { error }, maxRetries: 0 });
    for (let i = 0; i < 2; i++) await expect(model.invoke("hi", { callbacks: [costs] })).rejects.toBe(error);
    expect(ledger.entries).toHaveLength(2);
  });
});

describe("a ledger that fails", () => {
  it.each<[string, Ledger["record"]]>([
    [
      "throws",
      () => {
        throw new Error("disk full");
      },
    ],
    ["rejects", () => Promise.reject(new Error("disk full"))],
    [
      "throws a text",
      () => {
        throw "disk full";
      },
    ],
  ])("fails no call when it %s, and is reported", async (_how, record) => {
    const warnings: string[] = [];
    const costs = new CostCallbackHandler({
      table: PRICES,
      ledger: { record },
      onWarning: (warning) => warnings.push(warning),
    });
    await new ScriptedModel({ answer: { messages: [used] } }).invoke("hi", { callbacks: [costs] });
    await costs.flush();
    const expected = ["an entry could not be written to the ledger: disk full"];
    expect([warnings, costs.totals.warnings, costs.totals.costUsd]).toEqual([expected, expected, "5"]);
  });

  it("is not waited for by the call, but by flush", async () => {
    const written = gate();
    const seen: string[] = [];
    const ledger: Ledger = { record: async ({ id }) => (await written.opened, void seen.push(id)) };
    const costs = new CostCallbackHandler({ ledger });
    await new ScriptedModel().invoke("hi", { callbacks: [costs] });
    expect(seen).toEqual([]);
    const flushed = costs.flush();
    written.open();
    await flushed;
    expect(seen).toHaveLength(1);
  });
});
