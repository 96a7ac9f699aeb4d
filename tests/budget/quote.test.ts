import { describe, expect, it } from "@jest/globals";
import { ChatAnthropic } from "@langchain/anthropic";
import { HumanMessage } from "@langchain/core/messages";
import { quoteCall } from "../../src/budget/quote.js";
import { ChatFireworks } from "../../src/fireworks.js";
import { genaiPrices } from "../../src/genai_prices.js";
import { ChatOpenLLM } from "../../src/openllm.js";
import { definePriceTable } from "../../src/pricing/look_up/define_price_table.js";
import type { PastCall } from "../../src/pricing/calculators/past_calls.js";
import { weather } from "../support/completions.js";

const kimi = "accounts/fireworks/models/kimi-k3";
const at = new Date("2026-11-20");
const messages = "Why do tides come twice a day?";
const table = definePriceTable([
  { provider: "openllm", model: "m", inputUsdPerMillion: "1", outputUsdPerMillion: "10" },
]);

function fireworks(more: object = {}): ChatFireworks {
  return new ChatFireworks({ model: kimi, apiKey: "k", ...more });
}

function openllm(more: object = {}): ChatOpenLLM {
  return new ChatOpenLLM({ model: "m", baseURL: "https://llm.example/v1", apiKey: "k", ...more });
}

function past(outputTokens: number, usd: string | null, more: Partial<PastCall> = {}): PastCall {
  const usage = { inputTokens: 16, outputTokens };
  return { provider: "openllm", modelRequested: "m", outcome: "ok", usage, cost: { usd }, ...more };
}

const history = [past(50, "0.0005"), past(10, "0.0001"), past(30, "0.0003"), past(20, "0.0002"), past(40, "0.0004")];

describe("a quote", () => {
  it("says least, expected and most of a call with a limit", async () => {
    expect(await quoteCall({ model: openllm({ maxTokens: 2000 }), messages }, { table, at })).toEqual({
      leastUsd: "0.00001",
      expectedUsd: "0.005016",
      mostUsd: "0.0221420001",
      inputTokens: { least: 0, expected: 16, most: 2142 },
      outputTokens: { least: 1, expected: 500, most: 2000 },
      basis: "estimate",
      row: "user/m#0",
      reason: "its listed price",
      warnings: ["how long the answer will be is a guess of 500 tokens: give a `history`"],
    });
  });

  it("takes the call's limit before the model's", async () => {
    const quote = await quoteCall({ model: openllm({ maxTokens: 2000 }), messages, maxOutputTokens: 100 }, { table });
    expect(quote.outputTokens).toEqual({ least: 1, expected: 100, most: 100 });
  });

  it("takes the most that a model can answer with where nothing else limits it", async () => {
    const quote = await quoteCall({ model: fireworks(), messages }, { at });
    expect(quote.outputTokens.most).toBe(fireworks().profile.maxOutputTokens);
    expect(quote.row).toBe("fireworks/kimi-k3@2026-07-27");
  });

  it("knows no most where nothing limits the answer", async () => {
    const quote = await quoteCall({ model: openllm(), messages }, { table });
    expect(quote).toMatchObject({ leastUsd: "0.00001", expectedUsd: "0.005016", mostUsd: undefined });
    expect(quote.warnings).toContain("nothing limits the answer: set the model's limit on output tokens");
  });

  it("counts each of several answers", async () => {
    const quote = await quoteCall({ model: openllm({ maxTokens: 100, n: 3 }), messages }, { table });
    expect(quote.outputTokens).toEqual({ least: 3, expected: 300, most: 300 });
  });

  it("counts tools, given or bound, and what is bound besides", async () => {
    const model = openllm();
    const bare = await quoteCall({ model, messages }, { table });
    const given = await quoteCall({ model, messages, tools: [weather] }, { table });
    const bound = await quoteCall({ model: model.bindTools([weather], { maxTokens: 7 }), messages }, { table });
    const both = await quoteCall({ model: model.withConfig({ maxTokens: 7 }), messages, tools: [weather] }, { table });
    expect(given.inputTokens.expected).toBeGreaterThan(bare.inputTokens.expected + 20);
    expect(bound.inputTokens).toEqual(given.inputTokens);
    expect(both.inputTokens).toEqual(given.inputTokens);
    expect(bound.outputTokens.most).toBe(7);
    expect(both.outputTokens.most).toBe(7);
  });

  it("takes messages as models do", async () => {
    const model = openllm();
    const ofText = await quoteCall({ model, messages }, { table });
    expect(await quoteCall({ model, messages: [new HumanMessage(messages)] }, { table })).toEqual(ofText);
    expect(await quoteCall({ model, messages: [["human", messages]] }, { table })).toEqual(ofText);
  });

  it("does not bound a document", async () => {
    const file = { type: "file", source_type: "base64", mime_type: "application/pdf", data: "AAAA" };
    const quote = await quoteCall(
      { model: openllm({ maxTokens: 10 }), messages: [new HumanMessage({ content: [file] })] },
      { table },
    );
    expect(quote).toMatchObject({ mostUsd: undefined, inputTokens: { most: undefined } });
    expect(quote.warnings).toContain("how long a document, a recording or a film is, only the server sees");
  });

  it("knows tokens, and no dollars, of what has no price", async () => {
    const quote = await quoteCall({ model: openllm({ maxTokens: 10 }), messages }, {});
    expect(quote).toMatchObject({ leastUsd: undefined, expectedUsd: undefined, mostUsd: undefined, row: null });
    expect(quote.outputTokens).toEqual({ least: 1, expected: 10, most: 10 });
    expect(quote.reason).not.toBe("");
  });

  it("knows that a free model costs nothing at most", async () => {
    const model = new ChatOpenLLM({ model: "m", baseURL: "http://127.0.0.1:1/v1" });
    expect(await quoteCall({ model, messages }, {})).toMatchObject({ leastUsd: "0", expectedUsd: "0", mostUsd: "0" });
  });

  it("takes the price that the model declares, the service tier that it asks for", async () => {
    const declared = openllm({ pricing: { inputUsdPerMillion: "0", outputUsdPerMillion: "1" }, maxTokens: 1_000_000 });
    expect((await quoteCall({ model: declared, messages }, { table })).mostUsd).toBe("1.0000000001");
    const [standard, priority] = await Promise.all(
      [fireworks(), fireworks({ serviceTier: "priority" })].map((model) => quoteCall({ model, messages }, { at })),
    );
    expect(Number(priority?.leastUsd)).toBeGreaterThan(Number(standard?.leastUsd));
  });

  it("bounds the hours of a GPU by the time that a call may take", async () => {
    const model = openllm({ pricing: { gpuUsdPerHour: "3.60" } });
    expect(await quoteCall({ model, messages, timeoutMs: 10_000 }, {})).toMatchObject({
      leastUsd: undefined,
      expectedUsd: undefined,
      mostUsd: "0.01",
    });
    expect(
      (await quoteCall({ model: openllm({ pricing: { gpuUsdPerHour: "3.60" }, timeout: 20_000 }), messages }, {}))
        .mostUsd,
    ).toBe("0.02");
    expect((await quoteCall({ model, messages }, {})).mostUsd).toBeUndefined();
  });

  it("quotes other packages' models", async () => {
    const model = new ChatAnthropic({ model: "claude-sonnet-4-5", apiKey: "k", maxTokens: 1000 });
    const quote = await quoteCall({ model, messages }, { table: genaiPrices, at });
    expect(quote).toMatchObject({ outputTokens: { most: 1000 }, basis: "estimate" });
    expect(Number(quote.mostUsd)).toBeGreaterThan(0.015);
    const own = await quoteCall(
      { model, messages, pricing: { inputUsdPerMillion: "0", outputUsdPerMillion: "1000" } },
      {},
    );
    expect(own).toMatchObject({ leastUsd: "0.001", mostUsd: "1.0000000001" });
  });
});

describe("a quote by history", () => {
  async function* later(): AsyncGenerator<PastCall> {
    yield* history;
  }

  it.each([
    ["a list", () => history],
    ["a ledger", () => ({ entries: history })],
    ["a stream", later],
  ])("expects the median of what such calls really cost: %s", async (_, give) => {
    expect(
      await quoteCall({ model: openllm({ maxTokens: 2000 }), messages }, { table, history: give() }),
    ).toMatchObject({
      leastUsd: "0.00001",
      expectedUsd: "0.0003",
      mostUsd: "0.0221420001",
      outputTokens: { least: 1, expected: 30, most: 2000 },
      basis: "history",
      warnings: [],
    });
  });

  it("expects no more than the limits allow", async () => {
    const quote = await quoteCall(
      { model: openllm({ maxTokens: 5 }), messages },
      { table, history: history.map((call) => ({ ...call, cost: { usd: "1" } })) },
    );
    expect(quote).toMatchObject({ expectedUsd: quote.mostUsd, outputTokens: { expected: 5 } });
  });

  it("prices the usual answer where such calls had no price", async () => {
    const unpriced = history.map((call) => ({ ...call, cost: { usd: null } }));
    expect(await quoteCall({ model: openllm(), messages }, { table, history: unpriced })).toMatchObject({
      expectedUsd: "0.000316",
      basis: "history",
    });
  });

  it("estimates where fewer than five such calls are known", async () => {
    const few = [...history.slice(1), past(30, "1", { outcome: "error" })];
    expect(await quoteCall({ model: openllm(), messages }, { table, history: few })).toMatchObject({
      expectedUsd: "0.005016",
      basis: "estimate",
    });
  });
});
