import { ChatOpenRouter } from "@langchain/openrouter";
import { expect, it } from "@jest/globals";
import { CostCallbackHandler, definePriceTable } from "../../src/callbacks.js";
import { useWireServer } from "../support/use_server.js";
import { bytes, cut, sse } from "../support/wire_script.js";
import { BILLED, events, openRouter, UNBILLED } from "./openrouter_bytes.js";
import { call, testReports, type Report } from "./reports.js";

const MODEL = "acme/some-model";

// 1,600 in and 90 out are 0.0016 + 0.00018 = 0.00178 here.
const row = { provider: "openrouter", model: MODEL, inputUsdPerMillion: "1", outputUsdPerMillion: "2" };
const table = definePriceTable([row], { name: "test", fallback: null });
const withSearches = definePriceTable([{ ...row, webSearchUsdPerThousand: "10" }], { name: "test", fallback: null });

const NOT_HANDED_ON = /what OpenRouter charged was not handed on/;

const openRouterModel = (url: string) => new ChatOpenRouter({ model: MODEL, apiKey: "k", baseURL: url, maxRetries: 0 });

const billed = "openrouter/acme/some-model";

/** OpenRouter says what it charged: that is the bill, whatever a table says. */
const BILLS: Report[] = [
  {
    name: "the cost of a model that no list knows",
    answers: openRouter(BILLED),
    model: openRouterModel,
    usd: "0.00312",
    inputTokens: 1600,
    outputTokens: 90,
    billed,
  },
  {
    name: "the cost beside a table's price",
    answers: openRouter(BILLED),
    model: openRouterModel,
    table,
    usd: "0.00312",
  },
  {
    name: "the cost of a cached prompt with thoughts",
    answers: openRouter({
      ...BILLED,
      prompt_tokens_details: { cached_tokens: 1000, cache_write_tokens: 200, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 40 },
    }),
    model: openRouterModel,
    table,
    usd: "0.00312",
    totals: { cachedInputTokens: 1000, reasoningTokens: 40 },
  },
  {
    name: "a cost with searches, which are in it",
    answers: openRouter({ ...BILLED, cost: 0.02312, server_tool_use: { web_search_requests: 2 } }),
    model: openRouterModel,
    usd: "0.02312",
  },
  {
    name: "a cost so small that JSON writes it with an exponent",
    answers: openRouter({ ...BILLED, cost: 4.5e-7, cost_details: { upstream_inference_cost: 4.5e-7 } }),
    model: openRouterModel,
    usd: "0.00000045",
  },
  {
    name: "the sum of doubles, which is written with their error",
    answers: openRouter({ ...BILLED, cost: 0.1 + 0.2 }),
    model: openRouterModel,
    usd: "0.3",
  },
  {
    name: "a stream whose usage the class was told to leave out",
    answers: { stream: openRouter(BILLED).stream },
    model: (url) => new ChatOpenRouter({ model: MODEL, apiKey: "k", baseURL: url, maxRetries: 0, streamUsage: false }),
    usd: "0.00312",
    inputTokens: 1600,
  },
  {
    name: "nothing for a free model",
    answers: openRouter(
      { ...BILLED, cost: 0, cost_details: { upstream_inference_cost: null } },
      { model: `${MODEL}:free` },
    ),
    model: (url) => new ChatOpenRouter({ model: `${MODEL}:free`, apiKey: "k", baseURL: url, maxRetries: 0 }),
    usd: "0",
  },
  {
    name: "one's own key: the fee, and what its provider bills",
    answers: openRouter({
      ...BILLED,
      cost: 0.000156,
      is_byok: true,
      cost_details: { upstream_inference_cost: 0.00312 },
    }),
    model: openRouterModel,
    table,
    usd: "0.003276", // 0.000156 + 0.00312
  },
  {
    name: "one's own key, without a fee",
    answers: openRouter({ ...BILLED, cost: 0, is_byok: true, cost_details: { upstream_inference_cost: 0.00312 } }),
    model: openRouterModel,
    usd: "0.00312",
  },
  {
    name: "one's own key, where only the fee is known",
    answers: openRouter({ ...BILLED, cost: 0.000156, is_byok: true, cost_details: { upstream_inference_cost: null } }),
    model: openRouterModel,
    usd: "0.000156",
    between: ["0.000156", undefined],
    warnings: [/own key/],
  },
  {
    name: "a tier that was asked for is in the cost",
    answers: openRouter(BILLED, { service_tier: "flex" }),
    model: (url) =>
      new ChatOpenRouter({
        model: MODEL,
        apiKey: "k",
        baseURL: url,
        maxRetries: 0,
        modelKwargs: { service_tier: "flex" },
      }),
    table,
    usd: "0.00312",
  },
  {
    name: "a router, whatever it chose",
    answers: openRouter(BILLED, { model: "acme/some-model-20260901" }),
    model: (url) => new ChatOpenRouter({ model: "openrouter/auto", apiKey: "k", baseURL: url, maxRetries: 0 }),
    usd: "0.00312",
    billed: "openrouter/openrouter/auto",
  },
];

/** Without a word on the cost, or with one that cannot be a cost, the table's price holds, or none. */
const NO_BILLS: Report[] = [
  {
    name: "no cost, with a price",
    answers: openRouter(UNBILLED),
    model: openRouterModel,
    table,
    usd: "0.00178",
    warnings: [NOT_HANDED_ON],
  },
  {
    // @langchain/openrouter 0.4.11 makes counts alone of core's events: no cost, no searches, no writes to a cache.
    name: "core's events of a stream, with a price",
    answers: { events: openRouter(BILLED).stream },
    model: openRouterModel,
    table,
    usd: "0.00178",
    inputTokens: 1600,
    warnings: [NOT_HANDED_ON],
    billed,
  },
  {
    name: "core's events of a stream, with no price",
    answers: { events: openRouter(BILLED).stream },
    model: openRouterModel,
    usd: undefined,
    warnings: [/has no cost/],
    billed,
  },
  {
    name: "searches beside no cost, with a price for each",
    answers: openRouter({ ...UNBILLED, server_tool_use: { web_search_requests: 2 } }),
    model: openRouterModel,
    table: withSearches,
    usd: "0.02178", // 0.00178 + 2 x 0.01
    warnings: [NOT_HANDED_ON],
  },
  {
    name: "searches beside no cost, without a price",
    answers: openRouter({ ...UNBILLED, server_tool_use: { web_search_requests: 2 } }),
    model: openRouterModel,
    table,
    usd: "0.00178",
    between: ["0.00178", undefined],
    warnings: [/searches were counted and have no price/, NOT_HANDED_ON],
  },
  {
    name: "no cost and no price",
    answers: openRouter(UNBILLED),
    model: openRouterModel,
    usd: undefined,
    warnings: [/`acme\/some-model` \(`openrouter`\) has no cost/],
  },
  {
    name: "a cost of null",
    answers: openRouter({ ...BILLED, cost: null, cost_details: null }),
    model: openRouterModel,
    table,
    usd: "0.00178",
    warnings: [NOT_HANDED_ON],
  },
  {
    name: "a negative cost, with a price",
    answers: openRouter({ ...BILLED, cost: -0.5 }),
    model: openRouterModel,
    table,
    usd: undefined,
    warnings: [/own cost is -0.5, which is no amount/, /has no cost/],
  },
  {
    name: "a cost in words, with no price",
    answers: openRouter({ ...BILLED, cost: "cheap" }),
    model: openRouterModel,
    usd: undefined,
    warnings: [/own cost is "cheap", which is no amount/, /has no cost/],
  },
  {
    name: "a tier that has no price",
    answers: openRouter(UNBILLED, { service_tier: "flex" }),
    model: (url) =>
      new ChatOpenRouter({
        model: MODEL,
        apiKey: "k",
        baseURL: url,
        maxRetries: 0,
        modelKwargs: { service_tier: "flex" },
      }),
    table,
    usd: undefined,
    warnings: [/flex/],
  },
  {
    name: "counts that no server can mean",
    answers: openRouter({ ...BILLED, prompt_tokens: -5 }),
    model: openRouterModel,
    table,
    usd: undefined,
    warnings: [/-5/],
  },
  {
    name: "no usage at all",
    answers: openRouter(undefined),
    model: openRouterModel,
    table,
    usd: undefined,
    warnings: [/usage/],
    totals: { callsWithoutUsage: 1 },
  },
  {
    name: "a provider that failed in the middle, which this package takes for an end",
    answers: {
      stream: sse([
        ...events(undefined).slice(0, 2),
        {
          id: "gen-1764000000-a1b2c3",
          object: "chat.completion.chunk",
          created: 1764000000,
          model: MODEL,
          provider: "Acme",
          error: { code: 502, message: "Provider disconnected" },
          choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: "error" }],
        },
      ]),
    },
    model: openRouterModel,
    table,
    usd: undefined,
    warnings: [/usage/],
    totals: { callsWithoutUsage: 1 },
  },
  {
    // @langchain/openrouter 0.4.11 does not say in a stream which model served.
    name: "the price of the model that a router chose",
    answers: { invoke: openRouter(UNBILLED, { model: MODEL }).invoke },
    model: (url) => new ChatOpenRouter({ model: "openrouter/auto", apiKey: "k", baseURL: url, maxRetries: 0 }),
    table,
    usd: "0.00178",
    warnings: [NOT_HANDED_ON],
    billed: "openrouter/openrouter/auto",
  },
  {
    name: "a router's choice that the package hides in a stream",
    answers: { stream: openRouter(UNBILLED, { model: MODEL }).stream },
    model: (url) => new ChatOpenRouter({ model: "openrouter/auto", apiKey: "k", baseURL: url, maxRetries: 0 }),
    table,
    usd: undefined,
    warnings: [/`openrouter\/auto`/],
  },
];

testReports([...BILLS, ...NO_BILLS]);

const server = useWireServer();

it.each(["invoke", "stream"] as const)("%s: what was spent on an answer that broke off is not known", async (way) => {
  const costs = new CostCallbackHandler({ table });
  server.always(
    way === "stream"
      ? sse([...events(BILLED).slice(0, 3), cut])
      : bytes(['{"id":"gen-1764000000-a1b2c3","choices":[', cut], { "content-type": "application/json" }),
  );
  await expect(call(openRouterModel(server.url), way, costs)).rejects.toThrow();
  expect(costs.totals).toMatchObject({
    calls: 1,
    errorCalls: 1,
    unpricedCalls: 1,
    callsWithoutUsage: 1,
    costUsd: undefined,
    openCalls: 0,
    warnings: [expect.stringContaining("has no cost")],
  });
});

it("costs of several calls add up exactly", async () => {
  const costs = new CostCallbackHandler();
  for (const cost of [0.1, 0.2, 1e-7]) {
    server.always(openRouter({ ...BILLED, cost }).invoke);
    await openRouterModel(server.url).invoke("Hi", { callbacks: [costs] });
  }
  expect(costs.totals.costUsd).toBe("0.3000001");
});
