import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { InMemoryCache } from "@langchain/core/caches";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { costOf } from "../../src/books/cost_of.js";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { MemoryLedger } from "../../src/ledger/memory.js";
import { collect, paths, rejection } from "../contract/paths.js";
import { subjects } from "../contract/subjects.js";
import { gate } from "../support/gate.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { startLangSmith, type LangSmithServer } from "../support/langsmith_server.js";
import { cut } from "../support/wire_script.js";
import { startWireServer, type WireServer } from "../support/wire_server.js";

/** A dollar a token in, two a token out: the servers count 23 and 7. */
const pricing = { inputUsdPerMillion: "1000000", outputUsdPerMillion: "2000000" };
const bill = {
  inputTokens: 23,
  outputTokens: 7,
  costUsd: "37",
  lowUsd: "37",
  highUsd: "37",
  estimatedCalls: 0,
  unpricedCalls: 0,
};
const costs = { input_cost: 23, output_cost: 14, total_cost: 37, input_cost_details: {}, output_cost_details: {} };

let server: WireServer;
let langsmith: LangSmithServer;

beforeAll(async () => {
  server = await startWireServer();
  langsmith = (await startLangSmith()).trace();
});
afterEach(async () => {
  await langsmith.flush();
  langsmith.clear();
});
afterAll(async () => {
  await langsmith.close();
  await server.close();
});

/** What LangSmith has of the only model run. */
async function traced() {
  await langsmith.flush();
  expect(langsmith.open).toEqual([]);
  const run = langsmith.only("llm");
  const { metadata } = run.extra ?? {};
  return {
    usage: metadata?.["usage_metadata"],
    provider: metadata?.["ls_provider"],
    model: metadata?.["ls_model_name"],
    error: run.error,
  };
}

describe.each(subjects)("$name", ({ provider, scripts, create }) => {
  const make = (fields: MeteredChatModelInput = {}) => create(server.url, { pricing, maxRetries: 0, ...fields });
  const answer = (streams: boolean) => server.reply(streams ? scripts.streamed() : scripts.whole());

  it.each(paths)("books the server's figure once and traces it with its cost: $name", async (path) => {
    answer(path.streams);
    const ledger = new MemoryLedger();
    const own = new CostCallbackHandler({ ledger });
    const model = make(path.fields);
    await path.call(model, { callbacks: [own, new RecordingHandler(path.handler)] });
    for (const { totals } of [own, model.costs]) expect(totals).toMatchObject({ calls: 1, openCalls: 0, ...bill });
    expect(ledger.entries).toMatchObject([
      {
        outcome: "ok",
        provider,
        modelRequested: "test-model",
        modelServed: "served-model",
        usage: { source: "server" },
      },
    ]);
    expect(await traced()).toMatchObject({
      usage: { input_tokens: 23, output_tokens: 7, ...costs },
      provider,
      model: "test-model",
    });
  });

  it("books an estimate with its bounds for a stream that its reader left", async () => {
    server.reply(scripts.streamed([{ text: "Hel" }, { text: "lo " }, { text: "there." }]));
    const model = make({ maxTokens: 50 });
    for await (const _ of await model.stream("Say hello.")) break;
    const { totals } = model.costs;
    expect(totals).toMatchObject({ calls: 1, estimatedCalls: 1, unboundedCalls: 0, unpricedCalls: 0, openCalls: 0 });
    expect(Number(totals.lowUsd)).toBeLessThanOrEqual(37);
    expect(Number(totals.highUsd)).toBeGreaterThanOrEqual(37);
    expect(await traced()).toMatchObject({ usage: { total_cost: Number(totals.costUsd) }, error: undefined });
  });

  it("books what a stream that failed had spent, and traces it on the run that failed", async () => {
    server.reply(scripts.streamed([{ text: "Hel" }, cut]));
    const model = make({ maxTokens: 50 });
    await rejection(collect(model.stream("Say hello.")));
    const { totals } = model.costs;
    expect(totals).toMatchObject({ calls: 1, errorCalls: 1, estimatedCalls: 1, unboundedCalls: 0, openCalls: 0 });
    expect(Number(totals.lowUsd)).toBeLessThanOrEqual(37);
    expect(Number(totals.highUsd)).toBeGreaterThanOrEqual(37);
    expect(await traced()).toMatchObject({ usage: { total_cost: Number(totals.costUsd) }, error: expect.any(String) });
  });

  it("books what an aborted stream had spent", async () => {
    const here = gate();
    server.reply(scripts.streamed([{ text: "Hel" }, here, { text: "lo" }]));
    const ledger = new MemoryLedger();
    const model = make({ maxTokens: 50, costs: new CostCallbackHandler({ ledger }) });
    const leaving = new AbortController();
    const reading = collect(model.stream("Say hello.", { signal: leaving.signal }));
    await here.reached;
    leaving.abort();
    await rejection(reading);
    here.open();
    expect(model.costs.totals).toMatchObject({ calls: 1, abortedCalls: 1, estimatedCalls: 1, openCalls: 0 });
    expect(ledger.entries).toMatchObject([{ outcome: "aborted", usage: { source: "estimated" } }]);
    expect(await traced()).toMatchObject({
      usage: { total_cost: Number(model.costs.totals.costUsd) },
      error: expect.any(String),
    });
  });

  it("books nothing spent for a refusal", async () => {
    server.reply(scripts.refusal(401, "no such key"));
    const model = make();
    await rejection(model.invoke("hi"));
    expect(model.costs.totals).toMatchObject({
      calls: 1,
      errorCalls: 1,
      costUsd: "0",
      callsWithoutUsage: 0,
      unpricedCalls: 0,
    });
    expect(await traced()).toMatchObject({ usage: undefined, error: expect.stringContaining("no such key") });
  });

  it("asks its gates before any request, and not for a cache hit", async () => {
    const strict = new CostCallbackHandler({ onUnpriced: "throw" });
    const unpriced = make({ pricing: "unpriced", callbacks: [strict] });
    const { length } = server.requests;
    await expect(unpriced.invoke("hi")).rejects.toThrow("No price is known for `test-model`");
    expect([server.requests.length, strict.totals.deniedCalls]).toEqual([length, 1]);
    answer(false);
    const cached = make({ cache: new InMemoryCache(), callbacks: [strict] });
    for (let i = 0; i < 2; i++) await cached.invoke("hi");
    expect(strict.totals).toMatchObject({ calls: 3, deniedCalls: 1, cacheHits: 1, costUsd: "37" });
  });

  it("is free on loopback where no price is declared, but for a provider's own prices", async () => {
    answer(false);
    const message = await make({ pricing: undefined }).invoke("hi");
    const expected =
      provider === "fireworks" ? { status: "unpriced", totalUsd: undefined } : { status: "free", totalUsd: "0" };
    expect(costOf(message)).toMatchObject(expected);
  });
});
