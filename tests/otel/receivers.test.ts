import { expect, it } from "@jest/globals";
import { awaitAllCallbacks } from "@langchain/core/callbacks/promises";
import { ChatOpenAI } from "@langchain/openai";
import { CallbackHandler } from "@langfuse/langchain";
import { LangfuseSpanProcessor } from "@langfuse/otel";
import { trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { CostSpanProcessor } from "../../src/otel/cost_span_processor.js";
import { definePriceTable } from "../../src/pricing/look_up/define_price_table.js";
import { openaiScripts } from "../contract/wires/openai_scripts.js";
import { useWireServer } from "../support/use_server.js";
import { json } from "../support/wire_script.js";
import { calls, make } from "./calls.js";
import { traced, useOpenInference } from "./traced.js";

const models = useWireServer();
const receiver = useWireServer(json(200, {}));

type Value = Record<string, unknown>;
interface Sent {
  resourceSpans: { scopeSpans: { spans: { attributes: { key: string; value: Value }[] }[] }[] }[];
}

/** The values of all spans that arrived since, as OTLP has them. */
function arrived(): Record<string, Value>[] {
  return receiver.requests.flatMap((request) =>
    (request.json as Sent).resourceSpans // what OTLP's exporters send
      .flatMap(({ scopeSpans }) => scopeSpans)
      .flatMap(({ spans }) => spans)
      .map(({ attributes }) => Object.fromEntries(attributes.map(({ key, value }) => [key, value]))),
  );
}

const named = (name: string) => {
  const call = calls.find((each) => each.name === name);
  if (call === undefined) throw new Error(`There is no call \`${name}\`.`);
  return call;
};

it("leaves by OTLP as numbers, of which a whole one is an integer", async () => {
  const exporter = new OTLPTraceExporter({ url: `${receiver.url}/v1/traces` });
  const provider = new BasicTracerProvider({
    spanProcessors: [new BatchSpanProcessor(exporter), new CostSpanProcessor()],
  });
  useOpenInference({ provider });
  await make(named("priced"), models);
  await make(named("free"), models);
  await awaitAllCallbacks();
  await provider.shutdown();
  expect(arrived()).toEqual([
    expect.objectContaining({
      "gen_ai.usage.cost": { doubleValue: 0.000396 },
      "llm.cost.total": { doubleValue: 0.000396 },
    }),
    expect.objectContaining({ "gen_ai.usage.cost": { intValue: 0 }, "llm.cost.total": { intValue: 0 } }),
  ]);
});

it("reaches Langfuse by its own processor, also of a call that was cut", async () => {
  const before = arrived().length;
  const langfuse = new LangfuseSpanProcessor({ publicKey: "pk-dummy", secretKey: "sk-dummy", baseUrl: receiver.url });
  const provider = new BasicTracerProvider({ spanProcessors: [new CostSpanProcessor(), langfuse] });
  trace.setGlobalTracerProvider(provider);
  await make(named("priced, streamed"), models, [new CallbackHandler()]);
  await make(named("cut"), models, [new CallbackHandler()]);
  await awaitAllCallbacks();
  await provider.shutdown();
  const generations = arrived()
    .slice(before)
    .filter((span) => "langfuse.observation.type" in span);
  expect(generations.map((span) => JSON.parse(String(span["langfuse.observation.cost_details"]?.stringValue)))).toEqual(
    [
      { input: 0.00009, input_cache_read: 0.000006, output: 0.00018, output_reasoning: 0.00012, total: 0.000396 },
      { input: 0.00000165, output: 6e-7, total: 0.00000225 },
    ],
  );
  expect(
    generations.map((span) => JSON.parse(String(span["langfuse.observation.usage_details"]?.stringValue))),
  ).toEqual([
    { input: 600, output: 300, total: 1500, input_cache_read: 400, output_reasoning: 200 },
    { input: 11, output: 1, total: 12 },
  ]);
  expect(generations[1]?.["langchain_metered.usage_source"]).toEqual({ stringValue: "estimated" });
  trace.disable();
});

it("prices the calls of another package by what their spans say", async () => {
  const table = definePriceTable([
    {
      provider: "openai",
      model: "gpt",
      inputUsdPerMillion: "1",
      cachedInputUsdPerMillion: "0.1",
      outputUsdPerMillion: "4",
    },
  ]);
  const everything = traced({ table });
  useOpenInference(everything);
  const model = new ChatOpenAI({
    model: "gpt",
    apiKey: "sk-dummy-key",
    maxRetries: 0,
    configuration: { baseURL: `${models.url}/v1` },
  });
  models.reply(
    openaiScripts.whole({ usage: { input: 1000, output: 500, cached: 400 } }),
    openaiScripts.refusal(400, "no"),
  );
  await model.invoke("Say hello.");
  await expect(model.invoke("Say hello.")).rejects.toThrow("no");
  const spans = await everything.spans();
  expect(spans.map((span) => [span["llm.provider"], span["llm.cost.total"]])).toEqual([
    ["openai", 0.00264],
    [undefined, undefined],
  ]);
});

it("says of a metered call of another package what the books say, whatever the processor's own table says", async () => {
  const table = (usd: string) =>
    definePriceTable([{ provider: "openai", model: "gpt", inputUsdPerMillion: usd, outputUsdPerMillion: usd }]);
  const everything = traced({ table: table("100") });
  useOpenInference(everything);
  const costs = new CostCallbackHandler({ table: table("1") });
  const model = new ChatOpenAI({
    model: "gpt",
    apiKey: "sk-dummy-key",
    configuration: { baseURL: `${models.url}/v1` },
    callbacks: [costs],
  });
  models.reply(openaiScripts.whole({ usage: { input: 1000, output: 500 } }));
  await model.invoke("Say hello.");
  const [span] = await everything.spans();
  expect([costs.totals.costUsd, span?.["llm.cost.total"]]).toEqual(["0.0015", 0.0015]);
});
