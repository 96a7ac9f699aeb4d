import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { RunnableLambda } from "@langchain/core/runnables";
import { LangChainTracer } from "@langchain/core/tracers/tracer_langchain";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { traceRun } from "../../src/books/tracing.js";
import { ServerError } from "../../src/base/errors.js";
import { definePriceTable } from "../../src/pricing/look_up/define_price_table.js";
import { overrideEnvironment } from "../support/environment.js";
import { startLangSmith, type LangSmithServer } from "../support/langsmith_server.js";
import { PRICES } from "./prices.js";
import { FACTS, ScriptedModel, type Answer } from "./scripted_model.js";

const usage = {
  input_tokens: 1_000_000,
  output_tokens: 500_000,
  total_tokens: 1_500_000,
  input_token_details: { cache_read: 400_000 },
  output_token_details: { reasoning: 100_000 },
};
const priced = {
  ...usage,
  input_cost: 0.64,
  output_cost: 2,
  total_cost: 2.64,
  input_cost_details: { cache_read: 0.04 },
  output_cost_details: { reasoning: 0.4 },
};
const used = { content: "hi", usage_metadata: usage };
const cut = new ServerError("cut", { partialOutput: new AIMessage(used) });

let langsmith: LangSmithServer;

beforeAll(async () => {
  langsmith = (await startLangSmith()).trace();
});
afterEach(() => langsmith.clear());
afterAll(() => langsmith.close());

const ours = (costs: CostCallbackHandler[], answer: Answer = { messages: [used] }, more: object = {}) =>
  new ScriptedModel({ answer, facts: FACTS, callbacks: costs, maxRetries: 0, ...more });
const handler = () => new CostCallbackHandler({ table: PRICES });

/** What LangSmith shows for the only model run. */
async function traced() {
  await langsmith.flush();
  return usageOf(langsmith.only("llm"));
}

function usageOf(run: { extra?: { metadata?: Record<string, unknown> }; outputs?: object }) {
  return {
    metadata: run.extra?.metadata?.["usage_metadata"],
    outputs: Reflect.get(run.outputs ?? {}, "usage_metadata"),
  };
}

/** Reads a stream to its end. */
async function read(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

describe.each([
  ["in the background", "true"],
  ["awaited", "false"],
])("a tracer %s", (_how, background) => {
  let restore: () => void;
  beforeAll(() => {
    restore = overrideEnvironment(/^LANGCHAIN_CALLBACKS_/, { LANGCHAIN_CALLBACKS_BACKGROUND: background });
  });
  afterAll(() => restore());

  const paths: [name: string, call: (model: ScriptedModel) => Promise<unknown>][] = [
    ["invoke", (model) => model.invoke("hi")],
    ["stream", async (model) => read(await model.stream("hi"))],
    ["batch", (model) => model.batch(["hi"])],
    ["generate", (model) => model.generate([[new HumanMessage("hi")]])],
    [
      "a chain",
      (model) =>
        RunnableLambda.from((text: string) => text)
          .pipe(model)
          .invoke("hi"),
    ],
    ["streamEvents", (model) => read(model.streamEvents("hi", { version: "v2" }))],
  ];

  it.each(paths)("sends costs with the usage: %s", async (_name, call) => {
    await call(ours([handler()]));
    expect(await traced()).toEqual({ metadata: priced, outputs: priced });
    expect(langsmith.open).toEqual([]);
  });

  it("sends them for a run that failed after it had spent", async () => {
    const error = { error: cut, messages: [used] };
    await expect(ours([handler()], error).invoke("hi")).rejects.toBe(cut);
    expect(await traced()).toEqual({ metadata: priced, outputs: undefined });
    expect(langsmith.only("llm").error).toContain("cut");
  });

  it("sends the first figure that is known, once, where several handlers keep books", async () => {
    const other = new CostCallbackHandler({ table: definePriceTable([{ model: "roadrunner", free: true }]) });
    const clueless = new CostCallbackHandler();
    const costs = [clueless, handler(), other];
    await ours(costs).invoke("hi");
    expect(await traced()).toEqual({ metadata: priced, outputs: priced });
    expect(costs.map(({ totals }) => totals.costUsd)).toEqual([undefined, "2.64", "0"]);
  });

  it("keeps the prompts of one generate apart", async () => {
    const model = ours([handler()]);
    let calls = 0;
    const answers: Answer[] = [{ messages: [used] }, { messages: [{ content: "none" }] }];
    Object.defineProperty(model, "answer", { get: () => answers[calls++] });
    await model.generate([[new HumanMessage("a")], [new HumanMessage("b")]]);
    await langsmith.flush();
    const usages = langsmith.runs.map((run) => usageOf(run).metadata);
    expect(usages).toContainEqual(priced);
    expect(usages).toContainEqual(undefined);
  });
});

describe("what is sent", () => {
  it("is tokens alone without a price, so that LangSmith can look into its own list", async () => {
    await ours([new CostCallbackHandler()]).invoke("hi");
    expect(await traced()).toEqual({ metadata: usage, outputs: usage });
  });

  it("is a total alone for GPU time", async () => {
    const facts = { ...FACTS, pricing: { gpuUsdPerHour: "3600" } };
    await ours([handler()], undefined, { facts }).invoke("hi");
    expect((await traced()).metadata).toEqual({ ...usage, total_cost: expect.any(Number) });
  });

  it("is on no parent", async () => {
    await RunnableLambda.from((text: string) => text)
      .pipe(ours([]))
      .invoke("hi", { callbacks: [handler()] });
    await langsmith.flush();
    const parents = langsmith.runs.filter(({ run_type }) => run_type !== "llm");
    expect(parents.length).toBeGreaterThan(0);
    expect(JSON.stringify(parents.map(({ extra }) => extra))).not.toMatch(/usage_metadata|_cost/);
  });

  it("is on the result of another package's model, which is all that can be reached", async () => {
    const model = new ScriptedModel({ answer: { messages: [used] }, callbacks: [handler()] });
    await model.invoke("hi");
    expect(await traced()).toEqual({ metadata: usage, outputs: priced });
  });

  it("has the fee of a tool in the total, of another package's model", async () => {
    const table = definePriceTable([
      { model: "claude", inputUsdPerMillion: "1", outputUsdPerMillion: "4", webSearchUsdPerThousand: "10" },
    ]);
    const counts = { input_tokens: 1_000_000, output_tokens: 500_000 };
    const usage = { ...counts, server_tool_use: { web_search_requests: 3 } };
    const said = { model_provider: "anthropic", usage };
    const message = { ...used, usage_metadata: { ...counts, total_tokens: 1_500_000 }, response_metadata: said };
    const other = { answer: { messages: [message] }, provider: "anthropic", model: "claude" };
    await new ScriptedModel(other).invoke("hi", { callbacks: [new CostCallbackHandler({ table })] });
    const { outputs } = await traced();
    // 1 + 2 for the tokens, and 3 searches of a cent each
    expect(outputs).toMatchObject({ input_cost: 1, output_cost: 2, total_cost: 3.03 });
    expect(outputs).not.toHaveProperty("units");
  });

  it("is the bill alone where the answer says it, of another package's model", async () => {
    const said = { usage: { prompt_tokens: 1_000_000, completion_tokens: 500_000, cost: 0.75, is_byok: false } };
    const message = { ...used, response_metadata: said };
    const other = { answer: { messages: [message] }, provider: "openrouter", model: "roadrunner" };
    await new ScriptedModel(other).invoke("hi", { callbacks: [handler()] });
    const { outputs } = await traced();
    expect(outputs).toMatchObject({ input_tokens: 1_000_000, output_tokens: 500_000, total_cost: 0.75 });
    expect(outputs).not.toHaveProperty("input_cost");
  });

  it("is nothing new for a cache hit", async () => {
    const model = ours([handler()], undefined, { cache: true });
    await model.invoke("hi");
    await langsmith.flush();
    langsmith.clear();
    await model.invoke("hi");
    expect(await traced()).toEqual({ metadata: expect.objectContaining({ input_tokens: 0 }), outputs: undefined });
  });

  it("gives the trace's id to the books of a handler that sees the model alone", async () => {
    const entries: { traceId?: string }[] = [];
    const costs = new CostCallbackHandler({ ledger: { record: (entry) => void entries.push(entry) } });
    await RunnableLambda.from((text: string) => text)
      .pipe(ours([costs]))
      .invoke("hi");
    await langsmith.flush();
    expect(entries.map(({ traceId }) => traceId)).toEqual([Reflect.get(langsmith.only("llm"), "trace_id")]);
  });
});

describe("the tracer's own hooks", () => {
  const tracerFor = (ids: string[]) => {
    const tracer = new LangChainTracer();
    for (const id of ids)
      tracer._createRunForLLMStart({ lc: 1, type: "not_implemented", id: ["x"] }, [], id, undefined, {});
    return tracer;
  };
  const wrapped = (tracer: object) => ["handleLLMEnd", "handleLLMError"].map((name) => Object.hasOwn(tracer, name));

  it("are given back when the last run on it is over", async () => {
    const ids = ["0198c9a2-0000-7000-8000-000000000001", "0198c9a2-0000-7000-8000-000000000002"];
    const tracer = tracerFor(ids);
    const traces = ids.map((id) => traceRun([tracer, tracer], id));
    expect(wrapped(tracer)).toEqual([true, true]);
    for (const [index, id] of ids.entries()) {
      traces[index]?.settle(undefined);
      await tracer.handleLLMError(new Error("x"), id);
    }
    expect(wrapped(tracer)).toEqual([false, false]);
  });

  it.each([
    ["a tracer of another make", () => ({ name: "langchain_tracer" })],
    ["a tracer that cannot be changed", () => Object.freeze(tracerFor(["0198c9a2-0000-7000-8000-000000000001"]))],
    ["one that does not trace the run", () => tracerFor(["0198c9a2-0000-7000-8000-000000000002"])],
    ["no handler", () => undefined],
  ])("are left alone: %s", (_what, tracer) => {
    expect(traceRun([tracer()], "0198c9a2-0000-7000-8000-000000000001")).toBeUndefined();
  });
});
