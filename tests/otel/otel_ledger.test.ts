import { afterEach, describe, expect, it } from "@jest/globals";
import { metrics as globals } from "@opentelemetry/api";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import type { LedgerEntry } from "../../src/ledger/entry.js";
import { MemoryLedger } from "../../src/ledger/memory.js";
import { OtelLedger } from "../../src/otel/otel_ledger.js";
import { gate } from "../support/gate.js";
import { useWireServer } from "../support/use_server.js";
import { openaiAnswers, subjects } from "./metered_calls.js";
import { ReadMetrics } from "./metrics_reader.js";

const server = useWireServer();
const [fireworks, openllm] = subjects;

afterEach(() => globals.disable());

const OPEN = "langchain_metered.client.open";
const DURATION = "gen_ai.client.inference.duration";

function books() {
  const metrics = new ReadMetrics();
  const ledger = new OtelLedger({ meterProvider: metrics.provider });
  return { metrics, ledger, costs: new CostCallbackHandler({ ledger }) };
}

/** An entry as a handler makes it. */
async function entryOf(more: Partial<LedgerEntry> = {}): Promise<LedgerEntry> {
  const memory = new MemoryLedger();
  server.reply(openaiAnswers.whole);
  await fireworks.create(server).invoke("hi", { callbacks: [new CostCallbackHandler({ ledger: memory })] });
  const [entry] = memory.entries;
  if (entry === undefined) throw new Error("there is no entry");
  return { ...entry, ...more };
}

const TOKENS = "1 4 16 64 256 1024 4096 16384 65536 262144 1048576 4194304 16777216 67108864";
const SECONDS = "0.01 0.02 0.04 0.08 0.16 0.32 0.64 1.28 2.56 5.12 10.24 20.48 40.96 81.92";

describe("the metrics", () => {
  it("have the names, types, units and boundaries of the convention, and names of our own beside it", async () => {
    const { metrics, ledger } = books();
    const entry = await entryOf({ timeToFirstTokenMs: 20 });
    ledger.record(entry);
    ledger.record(
      await entryOf({
        usage: {
          inputTokens: 9,
          outputTokens: 5,
          cachedInputTokens: 4,
          reasoningTokens: 2,
          source: "estimated",
          cacheWriteTokens: 7,
        },
      }),
    );
    ledger.record(await entryOf({ cost: { ...entry.cost, status: "unpriced", usd: null } }));
    ledger.record(await entryOf({ outcome: "denied", cost: { ...entry.cost, status: "none" } }));
    ledger.opened({ ...entry, runId: "other" });
    const all = Object.entries(await metrics.all()).map(([name, { type, unit }]) => [name, `${type}, ${unit}`]);
    expect(Object.fromEntries(all)).toEqual({
      "gen_ai.client.inference.usage.input_tokens": "counter, {token}",
      "gen_ai.client.inference.usage.output_tokens": "counter, {token}",
      "gen_ai.client.inference.usage.cache_read.input_tokens": "counter, {token}",
      "gen_ai.client.inference.usage.cache_write.input_tokens": "counter, {token}",
      "gen_ai.client.inference.usage.reasoning.output_tokens": "counter, {token}",
      "gen_ai.client.inference.operation.input_tokens": `histogram: ${TOKENS}, {token}`,
      "gen_ai.client.inference.operation.output_tokens": `histogram: ${TOKENS}, {token}`,
      "gen_ai.client.inference.duration": `histogram: ${SECONDS}, s`,
      "gen_ai.client.inference.time_to_first_chunk": `histogram: ${SECONDS}, s`,
      "langchain_metered.client.estimated.input_tokens": "counter, {token}",
      "langchain_metered.client.estimated.output_tokens": "counter, {token}",
      "langchain_metered.client.estimated.cache_read.input_tokens": "counter, {token}",
      "langchain_metered.client.estimated.cache_write.input_tokens": "counter, {token}",
      "langchain_metered.client.estimated.reasoning.output_tokens": "counter, {token}",
      "langchain_metered.client.cost": "counter, USD",
      "langchain_metered.client.unpriced": "counter, {call}",
      "langchain_metered.client.denied": "counter, {call}",
      "langchain_metered.client.open": "up and down, {call}",
    });
  });

  it("say who was asked for what, who answered and where, and how it ended", async () => {
    const { metrics, costs } = books();
    server.reply(openaiAnswers.whole);
    await fireworks.create(server).invoke("hi", { callbacks: [costs] });
    const call = {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "fireworks",
      "gen_ai.request.model": fireworks.model,
      "gen_ai.response.model": "m",
      "server.address": "127.0.0.1",
      "server.port": Number(new URL(server.url).port),
    };
    const ended = { ...call, "langchain_metered.outcome": "ok" };
    const input = await metrics.series("gen_ai.client.inference.usage.input_tokens");
    expect(input).toEqual([{ attributes: { ...call, "gen_ai.token.modality": "unknown" }, sum: 1000 }]);
    expect(await metrics.series(DURATION)).toMatchObject([{ attributes: ended, count: 1 }]);
    const cost = { attributes: { ...ended, "langchain_metered.usage_source": "server" }, sum: 0.000396 };
    expect(await metrics.series("langchain_metered.client.cost")).toEqual([cost]);
  });

  it("give failures their class and status, and 0 tokens of a modality that is not known", async () => {
    const { metrics, ledger } = books();
    ledger.record(await entryOf({ usage: undefined, outcome: "error", errorType: "ServerError", errorStatus: 429 }));
    expect((await metrics.series(DURATION))[0]?.attributes).toMatchObject({
      "langchain_metered.outcome": "error",
      "error.type": "ServerError",
      "http.response.status_code": 429,
    });
    const [input] = await metrics.series("gen_ai.client.inference.usage.input_tokens");
    expect(input).toMatchObject({ sum: 0, attributes: { "gen_ai.token.modality": "unknown" } });
  });

  it("tell apart what a provider counted by modality, and nothing else", async () => {
    const { metrics, ledger } = books();
    const usage = { source: "server" as const, inputTokens: 100, outputTokens: 50, cachedInputTokens: 30 };
    ledger.record(await entryOf({ usage: { ...usage, units: { inputAudio: 60, cachedAudio: 30, webSearch: 3 } } }));
    const parts = async (name: string) =>
      (await metrics.series(`gen_ai.client.inference.usage.${name}`)).map(({ attributes, sum }) => [
        attributes["gen_ai.token.modality"],
        sum,
      ]);
    expect(await parts("input_tokens")).toEqual([
      ["audio", 60],
      ["unknown", 40],
    ]);
    expect(await parts("cache_read.input_tokens")).toEqual([["audio", 30]]);
    expect(await parts("output_tokens")).toEqual([["unknown", 50]]);
  });

  it("name providers as the convention does", async () => {
    const { metrics, ledger } = books();
    for (const provider of ["xai", "amazon_bedrock", "openai", "constructor"])
      ledger.record(await entryOf({ provider }));
    const names = (await metrics.series(DURATION)).map(({ attributes }) => attributes["gen_ai.provider.name"]);
    expect(names).toEqual(["x_ai", "aws.bedrock", "openai", "constructor"]);
  });

  it("count what a call spent that was denied in its middle", async () => {
    const { metrics, ledger } = books();
    ledger.record(await entryOf({ outcome: "denied", errorType: "BudgetExceededError", errorStatus: 402 }));
    const sums = await metrics.sums();
    expect([sums["langchain_metered.client.denied"], sums["langchain_metered.client.cost"], sums[DURATION]]).toEqual([
      1, 0.000396, 1,
    ]);
    expect((await metrics.series(DURATION))[0]?.attributes).not.toHaveProperty(["http.response.status_code"]);
  });
});

describe("open calls", () => {
  it("are counted once, however many handlers share the ledger, until they end", async () => {
    const { metrics, ledger, costs } = books();
    const closed = gate();
    server.reply(async (request) => (closed.arrive(), await closed.opened, openaiAnswers.whole(request)));
    const both = [costs, new CostCallbackHandler({ ledger })];
    const call = openllm.create(server).invoke("hi", { callbacks: both });
    await closed.reached;
    const attributes = {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openllm",
      "gen_ai.request.model": "llama-3.1-8b",
    };
    expect(await metrics.series(OPEN)).toEqual([{ attributes, sum: 1 }]);
    closed.open();
    await call;
    expect(await metrics.series(OPEN)).toEqual([{ attributes, sum: 0 }]);
    expect((await metrics.sums())[DURATION]).toBe(1);
  });

  it("that never end are kept up to a number", async () => {
    const { metrics, ledger } = books();
    const call = { provider: "p", modelRequested: "m", startedAt: "2026-11-30T00:00:00.000Z" };
    for (let at = 0; at < 10_500; at += 1) ledger.opened({ ...call, runId: `run-${at}` });
    expect((await metrics.sums())[OPEN]).toBe(10_000);
    ledger.record(await entryOf({ runId: "run-0" }));
    expect((await metrics.sums())[OPEN]).toBe(10_000);
    ledger.record(await entryOf({ runId: "run-10499" }));
    expect((await metrics.sums())[OPEN]).toBe(9999);
  });

  it("are told by names as long as their entry's", async () => {
    const { metrics, costs } = books();
    server.reply(openaiAnswers.whole);
    const runId = "r".repeat(300);
    await openllm.create(server, { model: "m".repeat(300) }).invoke("hi", { callbacks: [costs], runId });
    const [open] = await metrics.series(OPEN);
    expect(open?.sum).toBe(0);
    expect(String(open?.attributes["gen_ai.request.model"])).toHaveLength(256);
  });
});

describe("the provider", () => {
  it("is the global one, also where it is set or changed after the ledger is made", async () => {
    const ledger = new OtelLedger();
    const entry = await entryOf();
    ledger.opened(entry);
    for (const metrics of [new ReadMetrics(), new ReadMetrics()]) {
      globals.disable();
      globals.setGlobalMeterProvider(metrics.provider);
      ledger.record(entry);
      const sums = await metrics.sums();
      expect([sums[DURATION], sums[OPEN]]).toEqual([1, undefined]);
      ledger.opened(entry);
      expect((await metrics.sums())[OPEN]).toBe(1);
    }
  });

  it("has each call once where several ledgers use it, one for each handler", async () => {
    const metrics = new ReadMetrics();
    for (const _ of [1, 2]) {
      const ledger = new OtelLedger({ meterProvider: metrics.provider });
      server.reply(openaiAnswers.whole);
      await openllm.create(server).invoke("hi", { callbacks: [new CostCallbackHandler({ ledger })] });
    }
    expect((await metrics.sums())[DURATION]).toBe(2);
  });
});

describe("options", () => {
  it.each([
    [{ span: true }, "`OtelLedger` has no option `span`. Write `spans`."],
    [{ spans: "yes" }, '`spans` is `"yes"`. Use true or false.'],
    [{ meterProvider: {} }, "`meterProvider` is `an object`. Pass a `MeterProvider` of OpenTelemetry."],
    [{ tracerProvider: 1 }, "`tracerProvider` is `1`. Pass a `TracerProvider` of OpenTelemetry."],
  ])("that cannot work are refused: %j", (input, message) => {
    expect(() => new OtelLedger(input as object)).toThrow(message);
  });
});
