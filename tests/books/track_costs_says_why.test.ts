import { createRequire } from "node:module";
import { describe, expect, it } from "@jest/globals";
import type * as ownCore from "@langchain/core/context";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { RunnableLambda } from "@langchain/core/runnables";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import type { ChatOpenAI } from "@langchain/openai";
import { trackCosts } from "../../src/books/track_costs.js";
import { useWireServer } from "../support/use_server.js";
import { json } from "../support/wire_script.js";
import { MILLIONS, PRICES } from "./prices.js";
import { ScriptedModel } from "./scripted_model.js";

// The CommonJS form of core is a copy of its own beside the ES modules that these tests use. It looks for handlers under
// a symbol of its own, and so would a second version of core.
const require = createRequire(import.meta.url);
const openai = require("@langchain/openai") as { ChatOpenAI: typeof ChatOpenAI };
const otherCore = require("@langchain/core/context") as Pick<
  typeof ownCore,
  "getContextVariable" | "setContextVariable"
>;

const server = useWireServer(
  json(200, {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1764000000,
    model: "gpt-4o",
    choices: [{ index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 },
  }),
);

const own = new ScriptedModel({ answer: { messages: [{ content: "hi", usage_metadata: MILLIONS }] } });
const others = (): BaseChatModel =>
  new openai.ChatOpenAI({ model: "gpt-4o", apiKey: "k", configuration: { baseURL: server.url } });

describe("calls on another copy of core", () => {
  it("count like those on this one", async () => {
    const { costs } = await trackCosts(async () => {
      await own.invoke("Hi");
      await others().invoke("Hi");
    });
    expect(costs.totals).toMatchObject({ calls: 2, inputTokens: 1_000_010 });
  });

  it("count for every tracked function that they are in", async () => {
    const outer = await trackCosts(async () => {
      const inner = await trackCosts(() => others().invoke("Hi"));
      await others().invoke("Hi");
      return inner.costs.totals.calls;
    });
    expect([outer.result, outer.costs.totals.calls]).toEqual([1, 2]);
  });

  it("count where that copy, or this one, has set a variable of its own", async () => {
    const { costs } = await trackCosts(async () => {
      await others().invoke("Hi");
      otherCore.setContextVariable("mine", "here");
      await others().invoke("Hi");
      await own.invoke("Hi");
      return otherCore.getContextVariable("mine");
    });
    expect(costs.totals.calls).toBe(3);
  });

  it("count no more after it", async () => {
    const { costs } = await trackCosts(() => others().invoke("Hi"));
    await others().invoke("Hi");
    expect(costs.totals.calls).toBe(1);
  });
});

describe("a tracked function in which nothing was counted", () => {
  it("says why that may be", async () => {
    const { costs } = await trackCosts(() => "nothing", { table: PRICES });
    expect(costs.totals.warnings).toEqual([expect.stringMatching(/^`trackCosts` heard of no run of LangChain/)]);
    expect(costs.totals.warnings[0]).toMatch(/`callbacks`/);
  });

  it("says so where what it returned runs only later", async () => {
    const { result, costs } = await trackCosts(
      () =>
        (async function* () {
          yield (await own.invoke("Hi")).text;
        })(),
      { table: PRICES },
    );
    for await (const _ of result);
    expect(costs.totals).toMatchObject({
      calls: 0,
      warnings: [expect.stringMatching(/generator/)],
    });
  });

  it("says so where it throws", async () => {
    const costs = new CostCallbackHandler({ table: PRICES });
    const failing = trackCosts(() => {
      throw new Error("mine");
    }, costs);
    await expect(failing).rejects.toThrow("mine");
    expect(costs.totals.warnings).toEqual([expect.stringMatching(/^`trackCosts` heard of no run/)]);
  });

  it("says nothing where chains ran that called no model", async () => {
    const { costs } = await trackCosts(() => RunnableLambda.from(() => "x").invoke({}));
    expect(costs.totals).toMatchObject({ calls: 0, warnings: [] });
  });

  it("says nothing where a call is still under way", async () => {
    const { result, costs } = await trackCosts(() => own.stream("Hi"), { table: PRICES });
    for await (const _ of result);
    expect(costs.totals).toMatchObject({ calls: 1, warnings: [] });
  });

  it("says nothing where the handler that goes on counting has counted before", async () => {
    const { costs } = await trackCosts(() => own.invoke("Hi"), { table: PRICES });
    await trackCosts(() => "nothing", costs);
    expect(costs.totals).toMatchObject({ calls: 1, warnings: [] });
  });
});
