import { describe, expect, it } from "@jest/globals";
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { costOf } from "../../src/books/cost_of.js";
import { PRICES } from "./prices.js";
import { ScriptedModel, type Answer } from "./scripted_model.js";

const MILLION = 1_000_000;
const camel = { promptTokens: MILLION, completionTokens: MILLION };
const snake = { prompt_tokens: MILLION, completion_tokens: MILLION };
const terms = { input_tokens: MILLION, output_tokens: MILLION };

const plain: [where: string, holder: Record<string, unknown>][] = [
  ["tokenUsage, as LangChain spells it", { tokenUsage: { ...camel, totalTokens: 2 * MILLION } }],
  ["tokenUsage, as OpenAI spells it", { tokenUsage: snake }],
  ["tokenUsage, in the terms of today", { tokenUsage: { inputTokens: MILLION, outputTokens: MILLION } }],
  ["token_usage, as Python spells it", { token_usage: snake }],
  ["usage, as OpenAI spells it", { usage: snake }],
  ["usage, as Anthropic spells it", { usage: terms }],
  ["usage_metadata", { usage_metadata: { ...terms, total_tokens: 2 * MILLION } }],
  ["usageMetadata", { usageMetadata: terms }],
  ["the holder itself, as Ollama spells it", { prompt_eval_count: MILLION, eval_count: MILLION }],
  ["the first of several that says something", { tokenUsage: {}, usage: null, token_usage: snake }],
];

const cost = { calls: 1, inputTokens: MILLION, outputTokens: MILLION, costUsd: "5", estimatedCalls: 0 };

async function totalsOf(answer: Answer) {
  const costs = new CostCallbackHandler({ table: PRICES });
  await new ScriptedModel({ answer }).generate([[new HumanMessage("hi")]], { callbacks: [costs] });
  return costs.totals;
}

const bare = { content: "hi" };

describe.each(plain)("usage in %s", (_where, holder) => {
  it("is read from llmOutput", async () => {
    expect(await totalsOf({ messages: [bare], llmOutput: holder })).toMatchObject(cost);
  });

  it("is read from generationInfo", async () => {
    expect(await totalsOf({ messages: [bare], generationInfo: holder })).toMatchObject(cost);
  });

  it("is read from response_metadata", async () => {
    expect(await totalsOf({ messages: [{ ...bare, response_metadata: holder }] })).toMatchObject(cost);
    const message = new AIMessage({
      ...bare,
      response_metadata: { ...holder, model_provider: "acme", model_name: "roadrunner" },
    });
    expect(costOf(message, { table: PRICES }).totalUsd).toBe("5");
  });

  it("is not added to what is on a message", async () => {
    const used = { ...bare, usage_metadata: { ...terms, total_tokens: 2 * MILLION } };
    const others = { ...bare, response_metadata: holder };
    const answer = { messages: [used, others], llmOutput: holder, generationInfo: holder };
    expect(await totalsOf(answer)).toMatchObject({ ...cost, warnings: [] });
  });

  it("counts once for several answers", async () => {
    expect(await totalsOf({ messages: [bare, bare], llmOutput: holder })).toMatchObject(cost);
    expect(await totalsOf({ messages: [bare, bare], generationInfo: holder })).toMatchObject(cost);
  });
});

const detailed: [who: string, usage: object][] = [
  [
    "OpenAI",
    {
      ...snake,
      prompt_tokens_details: { cached_tokens: 400_000 },
      completion_tokens_details: { reasoning_tokens: 250_000 },
    },
  ],
  [
    "OpenAI's responses",
    {
      ...terms,
      input_tokens_details: { cached_tokens: 400_000 },
      output_tokens_details: { reasoning_tokens: 250_000 },
    },
  ],
  [
    "LangChain",
    { ...terms, input_token_details: { cache_read: 400_000 }, output_token_details: { reasoning: 250_000 } },
  ],
  [
    "DeepSeek",
    { ...snake, prompt_cache_hit_tokens: 400_000, completion_tokens_details: { reasoning_tokens: 250_000 } },
  ],
  [
    "Anthropic, which counts the cache apart",
    { ...terms, input_tokens: 600_000, cache_read_input_tokens: 400_000, cache_creation_input_tokens: 0 },
  ],
  ["Bedrock", { inputTokens: 600_000, outputTokens: MILLION, cacheReadInputTokens: 400_000 }],
];

describe("the details of usage", () => {
  it.each(detailed)("of %s", async (_who, usage) => {
    expect(await totalsOf({ messages: [bare], llmOutput: { usage } })).toMatchObject({
      inputTokens: MILLION,
      cachedInputTokens: 400_000,
      outputTokens: MILLION,
      costUsd: "4.64",
    });
  });
});

describe("usage that is not whole", () => {
  const parts: [usage: object, expected: object][] = [
    [{ promptTokens: MILLION }, { inputTokens: MILLION, outputTokens: 0, costUsd: "1" }],
    [{ completion_tokens: MILLION }, { inputTokens: 0, outputTokens: MILLION, costUsd: "4" }],
  ];

  it.each(parts)("is a least figure: %j", async (usage, expected) => {
    const totals = await totalsOf({ messages: [bare], llmOutput: { usage } });
    expect(totals).toMatchObject({ ...expected, estimatedCalls: 1, unboundedCalls: 1, highUsd: undefined });
  });

  it("makes the sum of several answers one too", async () => {
    const answers = [
      { ...bare, response_metadata: { usage: { promptTokens: MILLION, completionTokens: MILLION } } },
      { ...bare, response_metadata: { usage: { promptTokens: MILLION } } },
    ];
    expect(await totalsOf({ messages: answers })).toMatchObject({ costUsd: "6", estimatedCalls: 1, unboundedCalls: 1 });
  });

  it.each([{ totalTokens: 5 }, { promptTokens: null }, { promptTokens: "many", completionTokens: 2 }, [], "no", 7])(
    "is no usage: %j",
    async (usage) => {
      const totals = await totalsOf({ messages: [bare], llmOutput: { usage } });
      expect(totals).toMatchObject({ costUsd: undefined, unpricedCalls: 1, callsWithoutUsage: 1 });
    },
  );
});
