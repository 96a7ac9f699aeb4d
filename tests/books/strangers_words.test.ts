import { describe, expect, it } from "@jest/globals";
import { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import { ChatOllama } from "@langchain/ollama";
import { ChatOpenAI } from "@langchain/openai";
import { createAgent } from "langchain";
import fc from "fast-check";
import { CostCallbackHandler, costOf, definePriceTable, MemoryLedger, reprice } from "../../src/callbacks.js";
import { ChatFireworks, ChatOllamaLite, ChatOpenLLM } from "../../src/index.js";
import { ownFacts } from "../../src/seam/own_facts.js";
import { completion, counts } from "../support/completions.js";
import { json, ndjson, reset, sse } from "../support/wire_script.js";
import { useWireServer } from "../support/use_server.js";
import { call, type Way } from "../everybody/reports.js";
import { MILLIONS } from "./prices.js";
import { factsWith, ScriptedModel } from "./scripted_model.js";

/** Eighteen dollars for a million in and a million out, whoever serves. */
const PRICE = { inputUsdPerMillion: "3", outputUsdPerMillion: "15" };
const TABLE = definePriceTable([
  ...["openai", "ollama", "acme", "openllm"].map((provider) => ({ provider, model: "big", ...PRICE })),
  ...["openllm", "ollama"].map((provider) => ({
    provider,
    model: "small",
    inputUsdPerMillion: "1",
    outputUsdPerMillion: "1",
  })),
  { provider: "openllm", model: "huge", inputUsdPerMillion: "10", outputUsdPerMillion: "20" },
]);
const handler = (fields: object = {}) =>
  new CostCallbackHandler({ table: TABLE, onWarning: () => undefined, ...fields });

/** All that this package's models say on a start or an answer, and what it would be worth to forge it. */
const FORGED: readonly Readonly<Record<string, unknown>>[] = [
  { metered: {} },
  { metered: { pricing: "free" } },
  { metered: { pricing: { inputUsdPerMillion: "0", outputUsdPerMillion: "0" } } },
  { metered: { pricing: { gpuUsdPerHour: "1" } }, metered_timing: { total_ms: 0, first_token_ms: 0 } },
  { metered: { requested_model: "small", private_host: true, host: "localhost", trust_server_prices: true } },
  { metered: { service_tier: "batch" } },
  { metered: JSON.parse(JSON.stringify(factsWith({ pricing: "free" }))) },
  { declared_cost_usd: "0" },
  { declared_cost_usd: "0", proxy: "litellm", litellm_call_id: "1", metered: { trust_server_prices: true } },
  { usage_source: "estimated", usage_estimate: { reason: "", inputTokens: [0, 0], outputTokens: [0, 0] } },
  { requests: [{ declared_cost_usd: "0", usage: { input_tokens: 0, output_tokens: 0, total_tokens: 0 } }] },
];

describe("what a request's metadata says", () => {
  const server = useWireServer();
  const model = () =>
    new ChatOpenAI({ model: "big", apiKey: "k", maxRetries: 0, configuration: { baseURL: `${server.url}/v1` } });
  const answer = completion({ content: "Hi" }, {}, { model: "big", usage: counts(1_000_000, 1_000_000) });

  it.each(FORGED)("decides no price of another package's call: %j", async (metadata) => {
    server.always(json(200, answer));
    const costs = handler();
    await model().invoke("Hi", { callbacks: [costs], metadata });
    const agent = createAgent({ model: model(), tools: [] });
    await agent.invoke({ messages: [{ role: "user", content: "Hi" }] }, { callbacks: [costs], metadata });
    expect(costs.totals).toMatchObject({ calls: 2, costUsd: "36", unpricedCalls: 0 });
  });

  it("decides none whatever it is, streamed and not", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.boolean(), async (metered, isStreamed) => {
        const scripted = new ScriptedModel({
          model: "big",
          answer: { messages: [{ content: "", usage_metadata: MILLIONS }] },
        });
        const costs = handler();
        const config = { callbacks: [costs], metadata: { metered } };
        if (isStreamed) for await (const _ of await scripted.stream("Hi", config));
        else await scripted.invoke("Hi", config);
        expect(costs.totals).toMatchObject({ calls: 1, costUsd: "18" });
      }),
      { numRuns: 50 },
    );
  });

  it("does not make a broken stream one that spent nothing", async () => {
    server.always({ ...sse([]), steps: ['data: {"choices":[{"index":0,"delta":{"content":"H"}}]}\n\n', reset] });
    const costs = handler();
    const config = { callbacks: [costs], metadata: { metered: {} } };
    const read = async () => {
      for await (const _ of await model().stream("Hi", config));
    };
    await expect(read()).rejects.toThrow();
    expect(costs.totals.openCalls).toBe(0);
    expect(costs.totals).toMatchObject({ calls: 1, unpricedCalls: 1 });
  });

  it("decides no price of this package's own", async () => {
    server.always(json(200, answer));
    const own = new ChatOpenLLM({ model: "big", baseURL: `${server.url}/v1`, pricing: PRICE });
    for (const metadata of FORGED) {
      const costs = handler();
      await own.withConfig({ metadata }).invoke("Hi", { callbacks: [costs], metadata });
      expect(costs.totals).toMatchObject({ calls: 1, costUsd: "18" });
    }
  });
});

describe("what a server adds to its answer", () => {
  const server = useWireServer();
  const line = (rest: object) => ({
    model: "big",
    created_at: "2026-11-01T00:00:00Z",
    message: { role: "assistant", content: "Hi" },
    done: true,
    done_reason: "stop",
    prompt_eval_count: 1_000_000,
    eval_count: 1_000_000,
    ...rest,
  });
  const ways: Way[] = ["invoke", "stream", "chunks", "events"];

  it.each(FORGED)("decides no price of another class's call, which copies it: %j", async (extra) => {
    server.always(ndjson([line(extra)]));
    for (const way of ways) {
      const costs = handler();
      await call(new ChatOllama({ model: "big", baseUrl: server.url, maxRetries: 0 }), way, costs);
      expect(costs.totals).toMatchObject({ calls: 1, costUsd: "18", lowUsd: "18", highUsd: "18" });
    }
  });

  it("makes no known server of it by naming a host", async () => {
    const handedOn = { remote_model: "small", remote_host: "https://api.openai.com" };
    server.always(ndjson([line({ model: "small", ...handedOn })]));
    for (const model of [
      new ChatOllama({ model: "big", baseUrl: server.url, maxRetries: 0 }),
      new ChatOllamaLite({ model: "big", baseURL: server.url }),
    ]) {
      const costs = handler();
      await model.invoke("Hi", { callbacks: [costs] });
      expect(costs.totals).toMatchObject({ calls: 1, costUsd: "18" });
    }
  });

  it.each(FORGED)("decides no price of ChatOllamaLite's: %j", async (extra) => {
    server.always(ndjson([line(extra)]));
    for (const way of ["invoke", "stream"] as const) {
      const costs = handler();
      await call(new ChatOllamaLite({ model: "big", baseURL: server.url, pricing: PRICE }), way, costs);
      expect(costs.totals).toMatchObject({ calls: 1, costUsd: "18", lowUsd: "18", highUsd: "18" });
    }
  });

  it("decides no price whatever it is", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("metered", "proxy", "requests", "metered_timing"), fc.jsonValue()),
        (said) => {
          const costs = handler();
          const message = new AIMessage({ content: "", usage_metadata: MILLIONS, response_metadata: said });
          costs.handleChatModelStart({}, [], "1", undefined, {}, [], { ls_provider: "acme", ls_model_name: "big" });
          costs.handleLLMEnd({ generations: [[{ text: "", message }]] }, "1");
          expect(costs.totals).toMatchObject({ calls: 1, costUsd: "18" });
        },
      ),
    );
  });

  it("is no message of a failed call, which only code can make", () => {
    const costs = handler();
    costs.handleChatModelStart({}, [], "1", undefined, {}, [], { ls_provider: "acme", ls_model_name: "big" });
    const partialOutput = { usage_metadata: { input_tokens: 1, output_tokens: 1, total_tokens: 2 } };
    costs.handleLLMError(Object.assign(new Error("broken"), { partialOutput }), "1");
    expect(costs.totals).toMatchObject({ calls: 1, costUsd: undefined, unpricedCalls: 1 });
  });
});

describe("which model and tier an unknown server names", () => {
  const server = useWireServer();
  const whole = (top: object) =>
    json(200, completion({ content: "Hi" }, {}, { model: "big", usage: counts(1_000_000, 1_000_000), ...top }));
  const spent = async (top: object, fields: object = {}, options: object = {}) => {
    server.always(whole(top));
    const ledger = new MemoryLedger();
    const costs = handler({ ledger, ...options });
    await new ChatOpenLLM({ model: "big", baseURL: `${server.url}/v1`, ...fields }).invoke("Hi", {
      callbacks: [costs],
    });
    const again = reprice(ledger.entries, TABLE).map(({ cost }) => cost.usd ?? undefined);
    expect(again).toEqual([costs.totals.costUsd]);
    return costs.totals.costUsd;
  };

  it.each([
    ["a cheaper model, of which nobody asked", { model: "small" }, "18"],
    ["a dearer one", { model: "huge" }, "30"],
    ["one without a price", { model: "stranger" }, "18"],
    ["a batch job", { service_tier: "batch" }, "18"],
    ["the tier that all have", { service_tier: "default" }, "18"],
    ["a tier without a price", { service_tier: "gold" }, undefined],
  ])("makes the call dearer or unpriced, never cheaper: %s", async (_, top, usd) => {
    expect(await spent(top)).toBe(usd);
  });

  it("is believed where the user vouches for it, on the model or on the handler", async () => {
    expect(await spent({ model: "small" }, { trustServerPrices: true })).toBe("2");
    expect(await spent({ model: "small" }, {}, { trustServerPrices: true })).toBe("2");
  });

  it("says where a price is not that of what answered", async () => {
    const costs = handler();
    server.always(whole({ model: "small" }));
    await new ChatOpenLLM({ model: "big", baseURL: `${server.url}/v1` }).invoke("Hi", { callbacks: [costs] });
    expect(costs.totals.warnings).toEqual([
      expect.stringMatching(/cheaper model or service tier.*`trustServerPrices`/),
    ]);
  });

  const fireworks = async (top: object, model: string, fields: object = {}) => {
    server.always(whole(top));
    const asked = new ChatFireworks({ model, apiKey: "k", baseURL: `${server.url}/v1`, ...fields });
    await asked.invoke("Hi");
    return asked.costs.totals.costUsd;
  };
  const kimi = "accounts/fireworks/models/kimi-k3";

  it("is believed of a model of Fireworks, which its class says is asked", async () => {
    expect(await fireworks({ model: "accounts/fireworks/models/gpt-oss-120b" }, kimi)).toBe("0.75");
  });

  it.each(["nomic-ai/nomic-embed-text-v1", "accounts/fireworks/models/qwen3-reranker-8b"])(
    "prices no chat by a model that does not answer: %s",
    async (model) => {
      expect(await fireworks({ model }, kimi)).toBe("18");
      expect(await fireworks({ model }, "accounts/fireworks/models/brand-new")).toBeUndefined();
    },
  );

  it("is no batch job where none was asked for", async () => {
    expect(await fireworks({ model: kimi, service_tier: "batch" }, kimi)).toBe("18");
  });
});

describe("what a LiteLLM proxy says that a call cost", () => {
  const server = useWireServer();
  const spent = async (cost: string, fields: object = {}) => {
    const headers = { "x-litellm-response-cost": cost, "x-litellm-call-id": "1" };
    const usage = counts(1_000_000, 1_000_000);
    server.always(json(200, completion({ content: "Hi" }, {}, { model: "big", usage }), { headers }));
    const model = new ChatOpenLLM({ model: "big", baseURL: `${server.url}/v1`, ...fields });
    await model.invoke("Hi");
    return [model.costs.totals.costUsd, model.costs.totals.warnings.join()];
  };

  it("is the cost where nothing else is known, and says whose word it is", async () => {
    expect(await spent("0.5")).toEqual(["0.5", expect.stringMatching(/what the server says.*`trustServerPrices`/)]);
  });

  it("is not believed where a declared price makes it more", async () => {
    expect(await spent("0.0", { pricing: PRICE })).toEqual([
      "18",
      expect.stringMatching(/says that the call cost less/),
    ]);
    expect(await spent("19", { pricing: PRICE })).toEqual(["19", expect.stringMatching(/what the server says/)]);
  });

  it("is the cost where the user vouches for the proxy", async () => {
    expect(await spent("0.0", { pricing: PRICE, trustServerPrices: true })).toEqual(["0", ""]);
    expect(await spent("0.5", { trustServerPrices: true })).toEqual(["0.5", ""]);
  });
});

describe("the facts on a message", () => {
  const said = (metered: unknown) => ({
    usage_metadata: MILLIONS,
    response_metadata: { model_provider: "openllm", model_name: "other", metered },
  });

  it("are this package's where its mark is on them, which no JSON has", () => {
    const facts = factsWith({ requested_model: "other", pricing: "free" });
    expect(costOf(said(facts)).status).toBe("free");
    expect(costOf(JSON.parse(JSON.stringify(said(facts)))).status).toBe("unpriced");
    expect(costOf(JSON.parse(JSON.stringify(said(facts))), { trustServerPrices: true }).status).toBe("free");
    expect(costOf(structuredClone(said(facts))).status).toBe("unpriced");
  });

  it("keep their mark where chunks are put together, and show it to nobody", () => {
    const facts = ownFacts({ requested_model: "other", private_host: true, pricing: "free" });
    const chunks = [{}, said(facts), {}].map((fields) => new AIMessageChunk({ content: "a", ...fields }));
    const whole = chunks.slice(1).reduce((left, right) => left.concat(right), chunks[0] as AIMessageChunk);
    expect(costOf(whole).status).toBe("free");
    expect(Reflect.ownKeys(facts).filter((key) => Object.getOwnPropertyDescriptor(facts, key)?.enumerable)).toEqual([
      "requested_model",
      "private_host",
      "pricing",
    ]);
  });
});
