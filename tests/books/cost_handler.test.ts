import { describe, expect, it, jest } from "@jest/globals";
import type { LLMResult } from "@langchain/core/outputs";
import { AIMessage } from "@langchain/core/messages";
import { FakeListChatModel, FakeLLM } from "@langchain/core/utils/testing";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import type { CostTotals } from "../../src/books/costs.js";
import { PriceNotFoundError } from "../../src/base/errors.js";
import { MILLIONS, PRICES } from "./prices.js";
import { factsWith, ScriptedModel } from "./scripted_model.js";

const answer = { messages: [{ content: "hi", usage_metadata: MILLIONS }] };
const result: LLMResult = {
  generations: [[{ text: "hi", message: new AIMessage(answer.messages[0] ?? "") } as never]],
};

const model = (name: string, isOurs = false) =>
  new ScriptedModel({
    answer,
    model: name,
    maxRetries: 0,
    facts: isOurs ? factsWith({ requested_model: name }) : undefined,
  });

describe("totals", () => {
  it("are all zero, and certain, before any call", () => {
    expect(new CostCallbackHandler().totals).toEqual({
      calls: 0,
      inputTokens: 0,
      cachedInputTokens: 0,
      outputTokens: 0,
      reasoningTokens: 0,
      totalTokens: 0,
      costUsd: "0",
      lowUsd: "0",
      highUsd: "0",
      unpricedCalls: 0,
      estimatedCalls: 0,
      unboundedCalls: 0,
      callsWithoutUsage: 0,
      errorCalls: 0,
      abortedCalls: 0,
      deniedCalls: 0,
      cacheHits: 0,
      openCalls: 0,
      warnings: [],
    } satisfies CostTotals);
  });

  it("are the known part, by model and in the origin's form", async () => {
    const costs = new CostCallbackHandler({ table: PRICES });
    for (const name of ["roadrunner", "tortoise", "stranger", "roadrunner"])
      await model(name).invoke("hi", { callbacks: [costs] });
    expect(costs.totals).toMatchObject({ calls: 4, costUsd: "10", unpricedCalls: 1, inputTokens: 4_000_000 });
    const perModel = Object.entries(costs.byModel).map(([key, own]) => [
      key,
      own.provider,
      own.model,
      own.calls,
      own.costUsd,
      own.unpricedCalls,
    ]);
    expect(perModel).toEqual([
      ["acme/roadrunner", "acme", "roadrunner", 2, "10", 0],
      ["acme/tortoise", "acme", "tortoise", 1, "0", 0],
      ["acme/stranger", "acme", "stranger", 1, undefined, 1],
    ]);
    expect(costs.getCosts()).toEqual({
      totalPromptTokens: 4_000_000,
      totalCompletionTokens: 4_000_000,
      totalCost: 10,
      totalBudget: undefined,
    });
  });

  it("say `undefined` when nothing could be priced", async () => {
    const costs = new CostCallbackHandler({ table: PRICES });
    await model("stranger").invoke("hi", { callbacks: [costs] });
    expect(costs.totals).toMatchObject({ costUsd: undefined, lowUsd: undefined, highUsd: undefined, unpricedCalls: 1 });
    expect(costs.getCosts().totalCost).toBeUndefined();
  });

  it("start over with reset, and keep a call that is under way", () => {
    const costs = new CostCallbackHandler({ table: PRICES });
    costs.handleLLMEnd(result, "run-1");
    costs.handleChatModelStart({}, [], "run-2");
    costs.reset();
    expect(costs.totals).toMatchObject({ calls: 0, openCalls: 1, warnings: [expect.stringMatching(/^1 call /)] });
    costs.handleLLMEnd(result, "run-2");
    expect(costs.totals).toMatchObject({ calls: 1, openCalls: 0 });
  });
});

describe("one count per run", () => {
  it("however often its events come", () => {
    const costs = new CostCallbackHandler();
    for (let i = 0; i < 2; i++) costs.handleChatModelStart({}, [], "run");
    for (let i = 0; i < 2; i++) costs.handleLLMEnd(result, "run");
    costs.handleLLMError(new Error("late"), "run");
    expect(costs.totals).toMatchObject({ calls: 1, errorCalls: 0 });
  });

  it("also when its start was not seen", () => {
    const costs = new CostCallbackHandler();
    for (let i = 0; i < 2; i++) costs.handleLLMEnd(result, "run");
    expect(costs.totals.calls).toBe(1);
  });

  it("but two for two runs that were given the same id", async () => {
    const costs = new CostCallbackHandler();
    const runId = "7b2c1a52-57a0-4f0e-9d3e-0d5f2c9a1b11";
    for (let i = 0; i < 2; i++) await model("roadrunner").invoke("hi", { callbacks: [costs], runId });
    expect(costs.totals.calls).toBe(2);
  });

  it("when the same handler is on the model and on the call", async () => {
    const costs = new CostCallbackHandler();
    await new ScriptedModel({ answer, callbacks: [costs] }).invoke("hi", { callbacks: [costs] });
    expect(costs.totals.calls).toBe(1);
  });

  it("forgets the oldest open run when there are too many", () => {
    const costs = new CostCallbackHandler({ maxRuns: 3 });
    for (let i = 0; i < 10; i++) costs.handleChatModelStart({}, [], `run-${i}`);
    expect(costs.totals.openCalls).toBe(3);
  });
});

describe("onUnpriced", () => {
  it("`warn` warns once per model", async () => {
    const onWarning = jest.fn();
    const costs = new CostCallbackHandler({ table: PRICES, onWarning });
    for (let i = 0; i < 3; i++) await model("stranger").invoke("hi", { callbacks: [costs] });
    expect(costs.totals.warnings).toEqual([expect.stringContaining("a call of `stranger` (`acme`) has no cost: ")]);
    expect(onWarning.mock.calls).toEqual(costs.totals.warnings.map((warning) => [warning]));
  });

  it("`zero` counts them, at no cost", async () => {
    const costs = new CostCallbackHandler({ table: PRICES, onUnpriced: "zero" });
    await model("stranger").invoke("hi", { callbacks: [costs] });
    expect(costs.totals).toMatchObject({ calls: 1, costUsd: "0", unpricedCalls: 1 });
  });

  it("`throw` refuses a call of ours inside its run, before any request", async () => {
    const costs = new CostCallbackHandler({ table: PRICES, onUnpriced: "throw" });
    await expect(model("stranger", true).invoke("hi", { callbacks: [costs] })).rejects.toThrow(PriceNotFoundError);
    expect(costs.totals).toMatchObject({ calls: 1, deniedCalls: 1, costUsd: "0", openCalls: 0 });
    await model("roadrunner", true).invoke("hi", { callbacks: [costs] });
    expect(costs.totals).toMatchObject({ calls: 2, deniedCalls: 1, costUsd: "5" });
  });

  it("`throw` names the model and the remedy", async () => {
    const costs = new CostCallbackHandler({ table: PRICES, onUnpriced: "throw" });
    await expect(model("stranger", true).invoke("hi", { callbacks: [costs] })).rejects.toMatchObject({
      model: "stranger",
      provider: "acme",
      message: expect.stringMatching(/`stranger` \(`acme`\): .+ `definePriceTable`.+`pricing`.+`onUnpriced`/),
    });
  });

  it("`throw` refuses other packages' calls only with `raiseError`", async () => {
    const errors = jest.spyOn(console, "error").mockReturnValue(undefined); // core reports what a handler raises
    const lenient = new CostCallbackHandler({ table: PRICES, onUnpriced: "throw" });
    await model("stranger").invoke("hi", { callbacks: [lenient] });
    expect(lenient.totals).toMatchObject({ calls: 1, unpricedCalls: 1 });
    const strict = new CostCallbackHandler({ table: PRICES, onUnpriced: "throw", raiseError: true });
    await expect(model("stranger").invoke("hi", { callbacks: [strict] })).rejects.toThrow(PriceNotFoundError);
    await model("roadrunner").invoke("hi", { callbacks: [strict] });
    expect(strict.totals).toMatchObject({ costUsd: "5", calls: 2, deniedCalls: 1, openCalls: 0, warnings: [] });
    errors.mockRestore();
  });

  it.each([
    ["openrouter", true],
    ["xai", true],
    ["anthropic", false],
  ])("`throw` with `raiseError` and a call of %s, whose answers say what they cost: %s", async (provider, passes) => {
    const errors = jest.spyOn(console, "error").mockReturnValue(undefined);
    const strict = new CostCallbackHandler({ onUnpriced: "throw", raiseError: true });
    const called = new ScriptedModel({ answer, provider, model: "stranger" }).invoke("hi", { callbacks: [strict] });
    if (passes) await called;
    else await expect(called).rejects.toThrow(PriceNotFoundError);
    expect(strict.totals).toMatchObject({ calls: 1, deniedCalls: passes ? 0 : 1, openCalls: 0 });
    errors.mockRestore();
  });

  it("`throw` lets a declared price pass, GPU hours included", async () => {
    for (const pricing of ["free", { inputUsdPerMillion: "1", outputUsdPerMillion: "1" }, { gpuUsdPerHour: "2" }]) {
      const costs = new CostCallbackHandler({ table: PRICES, onUnpriced: "throw" });
      const declared = new ScriptedModel({
        answer,
        model: "own",
        facts: factsWith({ requested_model: "own", pricing }),
      });
      await declared.invoke("hi", { callbacks: [costs] });
      expect(costs.totals).toMatchObject({ calls: 1, deniedCalls: 0, unpricedCalls: 0 });
    }
  });
});

describe("options that cannot work", () => {
  it.each([
    ["onUnpriced", "explode", '`onUnpriced` is `"explode"`. Use "warn", "throw" or "zero".'],
    ["maxRuns", 0, "`maxRuns` is `0`. It must be a whole number of at least 1."],
    ["maxRuns", 1.5, "`maxRuns` is `1.5`."],
    ["maxPriceAgeDays", Number.NaN, "`maxPriceAgeDays` is `NaN`."],
    ["ledger", "usage.jsonl", '`ledger` is `"usage.jsonl"`. Pass a `JsonlLedger`'],
    ["onWarning", 1, "`onWarning` is `1`."],
    ["table", [{ model: "m", free: true }], "Pass what `definePriceTable` returns."],
    ["table", null, "Pass what `definePriceTable` returns."],
    ["budgets", { limitUsd: "5" }, "`CostCallbackHandler` has no option `budgets`."],
    ["budget", "5", '`budget` is `"5"`. Pass `{ limitUsd: "5.00" }`'],
    ["budget", {}, "The budget has no limit."],
    ["constructor", 1, "`CostCallbackHandler` has no option `constructor`."],
  ])("%s: %p", (option, value, message) => {
    expect(() => new CostCallbackHandler({ [option]: value })).toThrow(message);
  });
});

describe("a handler that core can live with", () => {
  const broken = new Proxy(
    {},
    {
      get: () => {
        throw new Error("hostile");
      },
    },
  );

  it("has a name of its own and is awaited", () => {
    const [a, b] = [new CostCallbackHandler(), new CostCallbackHandler()];
    expect(a.name).not.toBe(b.name);
    expect([a.awaitHandlers, a.raiseError]).toEqual([true, false]);
  });

  it("is its own copy, since two would count twice", () => {
    const costs = new CostCallbackHandler();
    expect(costs.copy()).toBe(costs);
  });

  it("shows nothing of itself when it is serialised", () => {
    const costs = new CostCallbackHandler({ ledger: { record: () => undefined }, table: PRICES });
    expect(JSON.parse(JSON.stringify(costs))).toEqual({
      lc: 1,
      type: "not_implemented",
      id: ["langchain_core", "callbacks", costs.name, "CostCallbackHandler"],
    });
  });

  it.each([
    ["an end without generations", {}],
    ["an end of nothing", undefined],
    ["an end that throws when it is read", broken],
    ["an end with an undefined generation", { generations: [[undefined]] }],
  ])("does not throw from %s", (_what, output) => {
    const costs = new CostCallbackHandler();
    costs.handleChatModelStart({}, [], "run");
    expect(() => costs.handleLLMEnd(output, "run")).not.toThrow();
    expect(costs.totals.openCalls).toBe(0);
  });

  it.each([
    ["null", null],
    ["a text", "boom"],
    ["an object that throws when it is read", broken],
  ])("does not throw from the error %s", (_what, error) => {
    const costs = new CostCallbackHandler();
    expect(() => costs.handleLLMError(error, "run")).not.toThrow();
  });

  it("counts a call whose answer cannot be read, and says so", () => {
    const costs = new CostCallbackHandler();
    costs.handleLLMEnd(broken, "run");
    expect(costs.totals).toMatchObject({
      calls: 1,
      unpricedCalls: 1,
      warnings: [expect.stringContaining("the answer could not be read")],
    });
  });

  it("survives a listener that throws", () => {
    const costs = new CostCallbackHandler({
      onWarning: () => {
        throw new Error("mine");
      },
    });
    expect(() => costs.handleLLMEnd(broken, "run")).not.toThrow();
  });

  it("counts text models too", async () => {
    const costs = new CostCallbackHandler();
    await new FakeLLM({ response: "blue" }).invoke("hi", { callbacks: [costs] });
    expect(costs.totals).toMatchObject({ calls: 1, callsWithoutUsage: 1, openCalls: 0 });
  });

  it("counts a stream that its reader left as open, as core never ends it", async () => {
    const costs = new CostCallbackHandler();
    for await (const _ of await new FakeListChatModel({ responses: ["blue"] }).stream("hi", { callbacks: [costs] }))
      break;
    expect(costs.totals).toMatchObject({ calls: 0, openCalls: 1 });
  });
});
