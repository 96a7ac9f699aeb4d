import { describe, expect, it } from "@jest/globals";
import * as exported from "../../src/exports.js";
import * as main from "../../src/index.js";
import { budgetMiddleware } from "../../src/middleware.js";
import { saidOf, type Anything, type Case, type Made } from "./said_of.js";

const { Budget, ChatFireworks, ChatOpenLLM, CostCallbackHandler, FireworksEmbeddings, FireworksRerank } =
  main as unknown as Record<keyof typeof main, Made>;
const { JsonlLedger, MemoryLedger } = main as unknown as Record<keyof typeof main, Made>;
const toFocusCsv = exported.toFocusCsv as Anything;
const withBudgets = budgetMiddleware as Anything;

const baseURL = "http://127.0.0.1:9/v1";
const model = new main.ChatOpenLLM("m", { baseURL, maxRetries: 0 });

describe("options that there are not", () => {
  const key = { apiKey: "k" };
  it.each<Case>([
    [
      "a handler's, of another name",
      () => new CostCallbackHandler({ prices: [] }),
      "`CostCallbackHandler` has no option `prices`. Write `table`.",
    ],
    [
      "a handler's, with a slip",
      () => new CostCallbackHandler({ budgets: {} }),
      "`CostCallbackHandler` has no option `budgets`. Write `budget`.",
    ],
    ["a budget's", () => new Budget({ maxUsd: 5 }), "A budget has no option `maxUsd`. Write `limitUsd`."],
    ["a ledger's", () => new JsonlLedger("a", { sync: true }), "`JsonlLedger` has no option `sync`. Write `fsync`."],
    [
      "the embeddings', in snake case",
      () => new FireworksEmbeddings("m", { ...key, batch_size: 5 }),
      "`FireworksEmbeddings` has no option `batch_size`. Write `batchSize`.",
    ],
    [
      "the embeddings', of OpenAI's class",
      () => new FireworksEmbeddings({ ...key, modelName: "m" }),
      "`FireworksEmbeddings` has no option `modelName`. Write `model`.",
    ],
    [
      "the ranking's",
      () => new FireworksRerank("m", { ...key, top_n: 3 }),
      "`FireworksRerank` has no option `top_n`. Write `topN`.",
    ],
    [
      "middleware's",
      () => withBudgets({ limitUsd: "5" }, { onExceeded: "end" }),
      "`budgetMiddleware` has no option `onExceeded`. Write `onExceed`.",
    ],
    [
      "structured output's",
      () => model.withStructuredOutput({ type: "object" }, { include_raw: true } as never),
      "`withStructuredOutput` has no option `include_raw`. Write `includeRaw`.",
    ],
    ["FOCUS'", () => toFocusCsv([], { verison: "1.5" }), "FOCUS has no option `verison`. Write `version`."],
    [
      "one that is like none",
      () => new MemoryLedger({ colour: 1 }),
      "`MemoryLedger` has no option `colour`. It has maxEntries.",
    ],
  ])("%s", async (_, act, message) => expect(await saidOf(act)).toBe(message));

  it.each<[name: string, ours: string]>([
    ["modelName", "model"],
    ["model_name", "model"],
    ["openAIApiKey", "apiKey"],
    ["openai_api_key", "apiKey"],
    ["OPENAI_API_KEY", "apiKey"],
    ["fireworks_api_key", "apiKey"],
    ["base_url", "baseURL"],
    ["openai_api_base", "baseURL"],
    ["max_tokens", "maxTokens"],
    ["maxOutputTokens", "maxTokens"],
    ["max_completion_tokens", "maxTokens"],
    ["num_predict", "maxTokens"],
    ["request_timeout", "timeout"],
    ["default_headers", "headers"],
    ["temprature", "temperature"],
  ])("a model's `%s` is here `%s`", async (name, ours) => {
    const message = `There is no option \`${name}\`. Write \`${ours}\`.`;
    expect(await saidOf(() => new ChatFireworks({ model: "m", ...key, [name]: {} }))).toBe(message);
    expect(await saidOf(() => new ChatOpenLLM({ model: "m", baseURL, [name]: {} }))).toBe(message);
  });

  it("a model's budget is the handler's", async () => {
    expect(await saidOf(() => new ChatOpenLLM("m", { baseURL, budget: "5" }))).toBe(
      'There is no option `budget`. A budget is one of the books: `callbacks: [new CostCallbackHandler({ budget: { limitUsd: "5.00" } })]`, or `withBudget`.',
    );
  });
});
