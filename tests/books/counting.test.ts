import { describe, expect, it } from "@jest/globals";
import { InMemoryCache } from "@langchain/core/caches";
import { ModelAbortError } from "@langchain/core/errors";
import { AIMessage, AIMessageChunk, HumanMessage } from "@langchain/core/messages";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { BudgetExceededError, ServerError } from "../../src/base/errors.js";
import { MemoryLedger } from "../../src/ledger/memory.js";
import { MILLIONS, PRICES } from "./prices.js";
import { FACTS, ScriptedModel, type Answer } from "./scripted_model.js";

const used = { content: "hi", usage_metadata: MILLIONS };
const detailed = {
  content: "hi",
  usage_metadata: {
    ...MILLIONS,
    input_token_details: { cache_read: 400_000 },
    output_token_details: { reasoning: 250_000 },
  },
};
const partial = new AIMessage(used);
const failed = new ServerError("overloaded", { status: 529 });
const denied = new BudgetExceededError("no", { limit: "1", spent: "1", held: "0", scope: "all" });

const one = { calls: 1, inputTokens: 1_000_000, outputTokens: 1_000_000, totalTokens: 2_000_000, costUsd: "5" };
const none = { calls: 1, inputTokens: 0, outputTokens: 0, totalTokens: 0 };
const unknown = { ...none, costUsd: undefined, unpricedCalls: 1, callsWithoutUsage: 1 };

type Expected = Partial<CostCallbackHandler["totals"]>;

const ends: [what: string, answer: Answer, expected: Expected][] = [
  ["usage on the message", { messages: [used] }, { ...one, estimatedCalls: 0, callsWithoutUsage: 0 }],
  [
    "cached and reasoning tokens",
    { messages: [detailed] },
    { ...one, cachedInputTokens: 400_000, reasoningTokens: 250_000, costUsd: "4.64" },
  ],
  ["the same usage on each of three answers", { messages: [used, used, used] }, one],
  ["usage on the first of three answers", { messages: [used, { content: "a" }, { content: "b" }] }, one],
  ["usage on the last of two answers", { messages: [{ content: "a" }, used] }, one],
  [
    "usage that differs between two answers",
    { messages: [used, detailed] },
    {
      ...one,
      inputTokens: 2_000_000,
      outputTokens: 2_000_000,
      totalTokens: 4_000_000,
      cachedInputTokens: 400_000,
      costUsd: "9.64",
    },
  ],
  [
    "usage on message and llmOutput, which is the estimate",
    { messages: [used], llmOutput: { estimatedTokenUsage: { promptTokens: 9, completionTokens: 9 } } },
    { ...one, estimatedCalls: 0 },
  ],
  [
    "llmOutput.tokenUsage alone",
    {
      messages: [{ content: "hi" }],
      llmOutput: { tokenUsage: { promptTokens: 1_000_000, completionTokens: 1_000_000 } },
    },
    { ...one, estimatedCalls: 0 },
  ],
  [
    "llmOutput.estimatedTokenUsage alone",
    {
      messages: [{ content: "hi" }],
      llmOutput: { estimatedTokenUsage: { promptTokens: 1_000_000, completionTokens: 1_000_000 } },
    },
    { ...one, estimatedCalls: 1, unboundedCalls: 1, highUsd: undefined },
  ],
  ["no usage", { messages: [{ content: "hi" }] }, unknown],
  ["no usage, empty llmOutput", { messages: [{ content: "hi" }], llmOutput: { tokenUsage: {} } }, unknown],
  ["no answers at all", { messages: [], chunks: [{ content: "" }] }, unknown],
  [
    "zeros, which is how classes write that nothing was said",
    { messages: [{ content: "", usage_metadata: { input_tokens: 0, output_tokens: 0, total_tokens: 0 } }] },
    unknown,
  ],
];

describe("what an end counts as", () => {
  it.each(ends)("invoke: %s", async (_what, answer, expected) => {
    const costs = new CostCallbackHandler({ table: PRICES });
    await new ScriptedModel({ answer }).generate([[new HumanMessage("hi")]], { callbacks: [costs] });
    expect(costs.totals).toMatchObject(expected);
    expect(costs.totals.openCalls).toBe(0);
  });

  const streams = ends.filter(([, { messages, llmOutput }]) => messages?.length === 1 && llmOutput === undefined);

  it.each(streams)("stream: %s", async (_what, answer, expected) => {
    const costs = new CostCallbackHandler({ table: PRICES });
    for await (const _ of await new ScriptedModel({ answer }).stream("hi", { callbacks: [costs] }));
    expect(costs.totals).toMatchObject(expected);
  });

  it("usage that comes in two chunks of a stream", async () => {
    const costs = new CostCallbackHandler({ table: PRICES });
    const answer = {
      chunks: [
        { content: "a", usage_metadata: { input_tokens: 1_000_000, output_tokens: 0, total_tokens: 1_000_000 } },
        { content: "b", usage_metadata: { input_tokens: 0, output_tokens: 1_000_000, total_tokens: 1_000_000 } },
      ],
    };
    for await (const _ of await new ScriptedModel({ answer }).stream("hi", { callbacks: [costs] }));
    expect(costs.totals).toMatchObject(one);
  });

  it("adds up what answers that differ read from a cache and wrote to it", async () => {
    const ledger = new MemoryLedger();
    const costs = new CostCallbackHandler({ table: PRICES, ledger });
    const usages = [
      { ...MILLIONS, input_token_details: { cache_creation: 300 } },
      { ...MILLIONS, input_token_details: { cache_creation: 4, cache_read: 5 } },
    ];
    const messages = usages.map((usage_metadata) => ({ content: "hi", usage_metadata }));
    await new ScriptedModel({ answer: { messages } }).generate([[new HumanMessage("hi")]], { callbacks: [costs] });
    expect(ledger.entries[0]?.usage).toEqual({
      inputTokens: 2_000_000,
      outputTokens: 2_000_000,
      cachedInputTokens: 5,
      cacheWriteTokens: 304,
      source: "server",
    });
  });

  it("a batch is as many calls", async () => {
    const costs = new CostCallbackHandler({ table: PRICES });
    await new ScriptedModel({ answer: { messages: [used] } }).batch(["a", "b", "c"], { callbacks: [costs] });
    expect(costs.totals).toMatchObject({ calls: 3, costUsd: "15" });
  });

  it("a cache hit costs nothing", async () => {
    const costs = new CostCallbackHandler({ table: PRICES });
    const model = new ScriptedModel({ answer: { messages: [used] }, cache: new InMemoryCache(), callbacks: [costs] });
    await model.invoke("hi");
    await model.invoke("hi");
    expect(costs.totals).toMatchObject({ ...one, calls: 2, cacheHits: 1, unpricedCalls: 0, callsWithoutUsage: 0 });
  });
});

const notCounts = [
  ["NaN", Number.NaN, "NaN"],
  ["negative", -1, "-1"],
  ["fractional", 1.5, "1.5"],
  ["infinite", Number.POSITIVE_INFINITY, "Infinity"],
  ["beyond whole numbers", 2 ** 53, "9007199254740992"],
  ["a text", "12", '"12"'],
] as const;

describe.each(["input_tokens", "output_tokens", "cache_read", "reasoning"])("a %s that is no count", (field) => {
  it.each(notCounts)("%s is refused and flagged", async (_name, value, shown) => {
    const usage = { ...MILLIONS, input_token_details: { cache_read: 1 }, output_token_details: { reasoning: 1 } };
    const target =
      field === "cache_read" ? usage.input_token_details : field === "reasoning" ? usage.output_token_details : usage;
    Reflect.set(target, field, value);
    const costs = new CostCallbackHandler({ table: PRICES });
    await new ScriptedModel({ answer: { messages: [{ content: "hi", usage_metadata: usage }] } }).invoke("hi", {
      callbacks: [costs],
    });
    expect(costs.totals).toMatchObject(unknown);
    expect(costs.totals.warnings.join()).toContain(`\`${field}\` is \`${shown}\``);
  });
});

const lost = { ...one, costUsd: "5", lowUsd: "4.1", highUsd: undefined, estimatedCalls: 1, unboundedCalls: 1 };

const failures: [what: string, error: unknown, isOurs: boolean, expected: Expected][] = [
  ["another package's error", new Error("boom"), false, { ...unknown, errorCalls: 1 }],
  [
    "another package's error with an answer",
    Object.assign(new Error("boom"), { partialOutput: partial }),
    false,
    { ...lost, errorCalls: 1 },
  ],
  [
    "another package's abort",
    Object.assign(new Error("stop"), { name: "AbortError" }),
    false,
    { ...unknown, abortedCalls: 1, errorCalls: 0 },
  ],
  [
    "an abort with an answer",
    new ModelAbortError("stop", new AIMessageChunk(used)),
    false,
    { ...lost, abortedCalls: 1, errorCalls: 0 },
  ],
  [
    "our error before any answer",
    failed,
    true,
    { ...none, costUsd: "0", errorCalls: 1, callsWithoutUsage: 0, unpricedCalls: 0 },
  ],
  [
    "our error with the server's figure",
    new ServerError("cut", {
      partialOutput: new AIMessage({ ...used, response_metadata: { usage_source: "server" } }),
    }),
    true,
    { ...one, errorCalls: 1, estimatedCalls: 0, highUsd: "5" },
  ],
  [
    "a denial of a second request",
    Object.assign(new BudgetExceededError("no", { limit: "1", spent: "1", held: "0", scope: "all" }), {
      partialOutput: new AIMessage({ ...used, response_metadata: { usage_source: "server" } }),
    }),
    true,
    { ...one, deniedCalls: 1, errorCalls: 0, estimatedCalls: 0, highUsd: "5" },
  ],
  ["a denial", denied, true, { ...none, costUsd: "0", deniedCalls: 1, errorCalls: 0, callsWithoutUsage: 0 }],
  [
    "another package's denial",
    denied,
    false,
    { ...none, costUsd: "0", deniedCalls: 1, errorCalls: 0, callsWithoutUsage: 0 },
  ],
];

describe("what an error counts as", () => {
  it.each(failures)("%s", async (_what, error, isOurs, expected) => {
    const costs = new CostCallbackHandler({ table: PRICES });
    const model = new ScriptedModel({ answer: { error }, maxRetries: 0, facts: isOurs ? FACTS : undefined });
    await expect(model.invoke("hi", { callbacks: [costs] })).rejects.toBe(error);
    expect(costs.totals).toMatchObject(expected);
    expect(costs.totals.openCalls).toBe(0);
  });
});
