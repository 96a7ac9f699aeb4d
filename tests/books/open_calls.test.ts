import { describe, expect, it, jest } from "@jest/globals";
import { ChatOpenAI } from "@langchain/openai";
import { RunnableLambda, type RunnableConfig } from "@langchain/core/runnables";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { gate } from "../support/gate.js";
import { useWireServer } from "../support/use_server.js";
import { sse } from "../support/wire_script.js";
import { MILLIONS, PRICES } from "./prices.js";
import { FACTS, ScriptedModel } from "./scripted_model.js";

const chunks = [{ content: "a" }, { content: "b" }, { content: "", usage_metadata: MILLIONS }];
const messages = [{ content: "ab", usage_metadata: MILLIONS }];
const streamed = () => new ScriptedModel({ answer: { chunks, messages } });

async function leave(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream) break;
}

describe("a stream of another package that its reader left", () => {
  const server = useWireServer();

  it("is not in the sums: one warning says so, and what to do", async () => {
    const event = (content: string) => ({
      id: "chatcmpl-1",
      object: "chat.completion.chunk",
      created: 1764000000,
      model: "gpt-4o",
      choices: [{ index: 0, delta: { role: "assistant", content }, finish_reason: null }],
    });
    server.always(sse([event("Hel"), event("lo")]));
    const model = new ChatOpenAI({ model: "gpt-4o", apiKey: "k", configuration: { baseURL: server.url } });
    const costs = new CostCallbackHandler({ table: PRICES });
    await leave(await model.stream("Hi", { callbacks: [costs] }));
    const { calls, openCalls, warnings } = costs.totals;
    expect({ calls, openCalls, warnings }).toEqual({ calls: 0, openCalls: 1, warnings: [expect.any(String)] });
    expect(warnings[0]).toMatch(/^1 call \(`gpt-4o`\) has started and not ended, so it is not in the sums/);
    expect(warnings[0]).toMatch(/read it to its end/);
  });

  it("is warned of once, however many there are and however often one looks", async () => {
    const costs = new CostCallbackHandler({ table: PRICES });
    for (let i = 0; i < 3; i++) await leave(await streamed().stream("Hi", { callbacks: [costs] }));
    for (let i = 0; i < 2; i++)
      expect(costs.totals.warnings).toEqual([expect.stringMatching(/^3 calls \(`roadrunner`\)/)]);
  });

  it("names some of the models, and how many more there are", async () => {
    const costs = new CostCallbackHandler({ table: PRICES });
    for (let i = 0; i < 7; i++) {
      const model = new ScriptedModel({ answer: { chunks }, model: `m${i}` });
      await leave(await model.stream("Hi", { callbacks: [costs] }));
    }
    expect(costs.totals.warnings).toEqual([expect.stringMatching(/^7 calls \(`m0`, `m1`, `m2` and 4 more\) have /)]);
  });

  it("is forgotten when there are more than `maxRuns`, the oldest first, and by the warning too", async () => {
    const costs = new CostCallbackHandler({ table: PRICES, maxRuns: 2 });
    for (const model of ["a", "b", "c", "b"]) {
      await leave(await new ScriptedModel({ answer: { chunks }, model }).stream("Hi", { callbacks: [costs] }));
    }
    const { openCalls, warnings } = costs.totals;
    expect([openCalls, warnings]).toEqual([2, [expect.stringMatching(/^2 calls \(`c`, `b`\) have /)]]);
  });

  it("is told to `onWarning` where a call starts and one has been open for long", async () => {
    const onWarning = jest.fn();
    const costs = new CostCallbackHandler({ table: PRICES, onWarning });
    await leave(await streamed().stream("Hi", { callbacks: [costs] }));
    await streamed().invoke("Hi", { callbacks: [costs] });
    expect(onWarning).not.toHaveBeenCalled();
    const now = Date.now();
    const clock = jest.spyOn(Date, "now").mockImplementation(() => now + 700_000);
    try {
      for (let i = 0; i < 2; i++) await streamed().invoke("Hi", { callbacks: [costs] });
    } finally {
      clock.mockRestore();
    }
    expect(onWarning.mock.calls).toEqual([[expect.stringMatching(/^1 call \(`roadrunner`\)/)]]);
    expect(costs.totals.warnings).toHaveLength(1);
  });

  it("is told to `onWarning` when the chain that called it ends without it", async () => {
    const onWarning = jest.fn();
    const costs = new CostCallbackHandler({ table: PRICES, onWarning });
    const chain = RunnableLambda.from(async (_: object, config: RunnableConfig) => {
      await leave(await streamed().stream("Hi", config));
      return "enough";
    });
    await chain.invoke({}, { callbacks: [costs] });
    expect(onWarning.mock.calls).toEqual([[expect.stringMatching(/^1 call \(`roadrunner`\)/)]]);
    expect(costs.totals.warnings).toHaveLength(1);
  });
});

describe("no warning stays", () => {
  it("of a batch that was under way: it says that such calls will be in the sums", async () => {
    const onWarning = jest.fn();
    const costs = new CostCallbackHandler({ table: PRICES, onWarning });
    const until = gate();
    const model = new ScriptedModel({ answer: { messages, until: until.opened } });
    const calling = model.batch(Array<string>(100).fill("Hi"), { callbacks: [costs] });
    while (costs.totals.openCalls < 100) await new Promise((resolve) => setImmediate(resolve));
    expect(costs.totals.warnings).toEqual([expect.stringMatching(/^100 calls .* What is still under way will be\./)]);
    until.open();
    await calling;
    expect(costs.totals).toMatchObject({ calls: 100, openCalls: 0, warnings: [] });
    expect(onWarning).not.toHaveBeenCalled();
  });

  it("of a call that was under way, and has ended", async () => {
    const costs = new CostCallbackHandler({ table: PRICES });
    const until = gate();
    const answer = { messages: [{ content: "hi", usage_metadata: MILLIONS }], until: until.opened };
    const calling = new ScriptedModel({ answer }).invoke("Hi", { callbacks: [costs] });
    until.open();
    await calling;
    expect(costs.totals).toMatchObject({ calls: 1, openCalls: 0, costUsd: "5", warnings: [] });
  });

  it("of a stream that was read to its end", async () => {
    const onWarning = jest.fn();
    const costs = new CostCallbackHandler({ table: PRICES, onWarning });
    let openOnTheWay = 0;
    for await (const _ of await streamed().stream("Hi", { callbacks: [costs] })) openOnTheWay = costs.totals.openCalls;
    expect([openOnTheWay, costs.totals.openCalls, costs.totals.warnings]).toEqual([1, 0, []]);
    expect(onWarning).not.toHaveBeenCalled();
  });

  it("of this package's models, which end every stream", () => {
    const costs = new CostCallbackHandler({ table: PRICES });
    costs.handleChatModelStart({}, [], "run", undefined, {}, [], { metered: FACTS });
    expect(costs.totals).toMatchObject({ openCalls: 1, warnings: [] });
  });
});
