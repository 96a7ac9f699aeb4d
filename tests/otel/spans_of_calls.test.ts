import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { LangChainInstrumentation } from "@arizeai/openinference-instrumentation-langchain";
import * as callbackManager from "@langchain/core/callbacks/manager";
import { CallbackHandler } from "@langfuse/langchain";
import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { MemoryLedger } from "../../src/ledger/memory.js";
import { OtelLedger } from "../../src/otel/otel_ledger.js";
import { ChatFireworks } from "../../src/providers/fireworks/chat.js";
import { useWireServer } from "../support/use_server.js";
import { ScriptedModel } from "../books/scripted_model.js";
import { ActiveContexts } from "./active_contexts.js";
import { cases, openaiAnswers, subjects } from "./metered_calls.js";

const server = useWireServer();
const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const [fireworks] = subjects;

beforeAll(() => {
  context.setGlobalContextManager(new ActiveContexts());
  trace.setGlobalTracerProvider(provider);
});
afterEach(() => exporter.reset());
afterAll(() => {
  trace.disable();
  context.disable();
});

const handler = () => new CostCallbackHandler({ ledger: new OtelLedger({ spans: true }) });

/** Asks once, whole. */
async function ask(callbacks: object[], config: object = {}): Promise<void> {
  server.reply(openaiAnswers.whole);
  await fireworks.create(server).invoke("hi", { callbacks: callbacks as CostCallbackHandler[], ...config });
}

const names = () => exporter.getFinishedSpans().map(({ name }) => name);

describe("the span of a call", () => {
  it("has the convention's name, kind and attributes, the entry's times, and the cost", async () => {
    const memory = new MemoryLedger();
    const costs = new CostCallbackHandler({ ledger: [memory, new OtelLedger({ spans: true })] });
    await ask([costs], { metadata: { thread_id: "t-1" } });
    const [span] = exporter.getFinishedSpans();
    const [entry] = memory.entries;
    expect(span).toMatchObject({
      name: `chat ${fireworks.model}`,
      kind: SpanKind.CLIENT,
      status: { code: SpanStatusCode.UNSET },
    });
    expect(toMs(span?.startTime)).toBe(Date.parse(String(entry?.startedAt)));
    expect(toMs(span?.endTime)).toBe(Date.parse(String(entry?.endedAt)));
    expect(span?.attributes).toMatchObject({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "fireworks",
      "gen_ai.request.model": fireworks.model,
      "gen_ai.response.model": "m",
      "gen_ai.usage.input_tokens": 1000,
      "gen_ai.usage.output_tokens": 500,
      "gen_ai.usage.cache_read.input_tokens": 400,
      "gen_ai.usage.reasoning.output_tokens": 200,
      "gen_ai.conversation.id": "t-1",
      "gen_ai.usage.cost": 0.000396,
      "langchain_metered.usage_source": "server",
      "langchain_metered.cost_low_usd": 0.000396,
      "langchain_metered.cost_high_usd": 0.000396,
      "langchain_metered.cost_status": "priced",
      "langchain_metered.outcome": "ok",
    });
    expect(span?.attributes).not.toHaveProperty(["error.type"]);
  });

  it("is a child of the span in which the call began", async () => {
    const tracer = trace.getTracer("app");
    await tracer.startActiveSpan("request", async (parent) => {
      await ask([handler()]);
      parent.end();
    });
    const [call, parent] = exporter.getFinishedSpans();
    expect([call?.name, parent?.name]).toEqual([`chat ${fireworks.model}`, "request"]);
    expect(call?.parentSpanContext?.spanId).toBe(parent?.spanContext().spanId);
  });

  const failed = { status: { code: SpanStatusCode.ERROR } };
  const estimated = { "langchain_metered.usage_source": "estimated", "gen_ai.usage.cost": expect.any(Number) };
  const shown: Record<string, object[]> = {
    whole: [{ attributes: { "gen_ai.usage.cost": 0.000396 } }],
    streamed: [
      { attributes: { "gen_ai.request.stream": true, "gen_ai.response.time_to_first_chunk": expect.any(Number) } },
    ],
    refused: [{ ...failed, attributes: { "error.type": expect.any(String), "http.response.status_code": 401 } }],
    cut: [{ ...failed, attributes: { ...estimated, "langchain_metered.outcome": "error" } }],
    aborted: [{ ...failed, attributes: { ...estimated, "langchain_metered.outcome": "aborted" } }],
    left: [{ status: { code: SpanStatusCode.UNSET }, attributes: estimated }],
    denied: [],
    "cache hit": [],
    unpriced: [{ attributes: { "langchain_metered.unpriced_reason": expect.any(String) } }],
  };

  it.each(cases)("of one that is $name", async ({ name, input, go }) => {
    await go(fireworks, server, new CostCallbackHandler({ ...input, ledger: new OtelLedger({ spans: true }) }));
    const spans = exporter.getFinishedSpans();
    expect(spans).toMatchObject(shown[name] ?? []);
    expect(spans).toHaveLength(shown[name]?.length ?? 0);
    if (name === "unpriced") expect(spans[0]?.attributes).not.toHaveProperty(["gen_ai.usage.cost"]);
  });

  it("shows no dollars of one without a price, also where the books count it as nothing", async () => {
    const costs = new CostCallbackHandler({ onUnpriced: "zero", ledger: new OtelLedger({ spans: true }) });
    server.reply(openaiAnswers.whole);
    await new ChatFireworks({ model: "stranger", apiKey: "no-key", baseURL: `${server.url}/v1` }).invoke("hi", {
      callbacks: [costs],
    });
    const [span] = exporter.getFinishedSpans();
    expect(costs.totals.costUsd).toBe("0");
    expect(span?.attributes["langchain_metered.cost_status"]).toBe("unpriced");
    expect(Object.keys(span?.attributes ?? {}).filter((name) => /cost$|_usd$/.test(name))).toEqual([]);
  });

  it("is made where it is asked for only", async () => {
    await ask([new CostCallbackHandler({ ledger: new OtelLedger() })]);
    expect(names()).toEqual([]);
  });

  it("goes to the provider that is given", async () => {
    const own = new InMemorySpanExporter();
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(own)] });
    await ask([new CostCallbackHandler({ ledger: new OtelLedger({ spans: true, tracerProvider }) })]);
    expect([names().length, own.getFinishedSpans().length]).toEqual([0, 1]);
  });
});

describe("no second span is made of a call", () => {
  it("where Langfuse's handler hears of the run", async () => {
    await ask([new CallbackHandler(), handler()]);
    expect(names()).toEqual(["ChatFireworks"]);
    await ask([handler()]);
    expect(names()).toEqual(["ChatFireworks", `chat ${fireworks.model}`]);
  });

  it("where OpenInference's instrumentation hears of every run, of other packages' models too", async () => {
    const instrumentation = new LangChainInstrumentation({ tracerProvider: provider });
    const { CallbackManager } = callbackManager;
    const original = Reflect.get(CallbackManager, "_configureSync") as unknown;
    instrumentation.manuallyInstrument({ CallbackManager } as never);
    try {
      await ask([handler()]);
      await new ScriptedModel({ answer: { messages: [{ content: "hi" }] } }).invoke("hi", { callbacks: [handler()] });
    } finally {
      Reflect.set(CallbackManager, "_configureSync", original);
    }
    expect(names()).toEqual(["ChatFireworks", "ScriptedModel"]);
    await new ScriptedModel({ answer: { messages: [{ content: "hi" }] } }).invoke("hi", { callbacks: [handler()] });
    expect(names()).toHaveLength(3);
  });

  it("where one of a call of a model is active", async () => {
    const attributes = { "gen_ai.operation.name": "chat" };
    await trace.getTracer("app").startActiveSpan("mine", { attributes }, async (span) => {
      await ask([handler()]);
      span.end();
    });
    expect(names()).toEqual(["mine"]);
  });
});

function toMs(time: [number, number] | undefined): number {
  return time === undefined ? Number.NaN : time[0] * 1000 + Math.round(time[1] / 1e6);
}
