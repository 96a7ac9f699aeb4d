import { describe, expect, it } from "@jest/globals";
import { AIMessage, AIMessageChunk, type UsageMetadata } from "@langchain/core/messages";
import fc from "fast-check";
import { costOf } from "../../src/books/cost_of.js";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { definePriceTable } from "../../src/pricing/look_up/define_price_table.js";
import { MILLIONS, PRICES } from "./prices.js";
import { FACTS, factsWith, ScriptedModel } from "./scripted_model.js";

const message = (response_metadata: Record<string, unknown>, usage_metadata: UsageMetadata | undefined = MILLIONS) => ({
  usage_metadata,
  response_metadata,
});
const named = { model_provider: "acme", model_name: "roadrunner" };
const rates = (input: string) => ({ inputUsdPerMillion: input, outputUsdPerMillion: "0" });
const dated = definePriceTable([
  { model: "dated", ...rates("1"), validTo: "2026-01-01" },
  { model: "dated", ...rates("2"), validFrom: "2026-01-01" },
]);

describe("costOf", () => {
  it("prices a message by what it says of itself", () => {
    expect(costOf(new AIMessage({ content: "hi", ...message(named) }), { table: PRICES })).toMatchObject({
      status: "priced",
      totalUsd: "5",
      totalPico: 5_000_000_000_000n,
      lowUsd: "5",
      highUsd: "5",
      row: "test/roadrunner#0",
    });
  });

  it("gives what a handler books for the same message", async () => {
    const costs = new CostCallbackHandler({ table: PRICES });
    const answer = { messages: [{ content: "hi", ...message(named) }] };
    const answered = await new ScriptedModel({ answer }).invoke("hi", { callbacks: [costs] });
    expect(costOf(answered, { table: PRICES }).totalUsd).toBe(costs.totals.costUsd);
  });

  it("prices a stream's chunks put together", () => {
    const start = new AIMessageChunk({ content: "h", response_metadata: { model_provider: "acme" } });
    const end = new AIMessageChunk({
      content: "i",
      usage_metadata: MILLIONS,
      response_metadata: { model_name: "roadrunner", metered: FACTS },
    });
    expect(costOf(start.concat(end), { table: PRICES }).totalUsd).toBe("5");
  });

  it("throws for want of a price where it is told to", () => {
    const unknown = message({ model_provider: "acme", model_name: "unheard-of" });
    expect(costOf(unknown, { table: PRICES }).status).toBe("unpriced");
    expect(() => costOf(unknown, { table: PRICES, strict: true })).toThrow(
      expect.objectContaining({ name: "PriceNotFoundError", model: "unheard-of", provider: "acme" }),
    );
    expect(costOf(message(named), { table: PRICES, strict: true }).totalUsd).toBe("5");
  });

  it("takes the day from the message, or the day that it is told", () => {
    const own = message({
      model_provider: "x",
      model_name: "dated",
      created: Date.parse("2025-12-31T12:00:00Z") / 1000,
    });
    expect(costOf(own, { table: dated }).totalUsd).toBe("1");
    expect(costOf(own, { table: dated, at: new Date("2026-06-01") }).totalUsd).toBe("2");
    expect(costOf(own, { table: dated, at: "2026-06-01" }).totalUsd).toBe("2");
  });

  it.each([
    ["the tier that the answer names", { service_tier: "priority" }, "10"],
    ["the tier that was asked for", { metered: factsWith({ service_tier: "priority" }) }, "10"],
    [
      "the answer's, where it differs",
      { service_tier: "default", metered: factsWith({ service_tier: "priority" }) },
      "5",
    ],
  ])("prices %s", (_what, metadata, totalUsd) => {
    const both = {
      inputUsdPerMillion: "1",
      outputUsdPerMillion: "4",
      priority: { inputUsdPerMillion: "2", outputUsdPerMillion: "8" },
    };
    const table = definePriceTable([{ model: "roadrunner", ...both }]);
    expect(costOf(message({ ...named, ...metadata }), { table }).totalUsd).toBe(totalUsd);
  });

  it("prices the same usage as another model's", () => {
    expect(costOf(message(named), { table: PRICES, model: "tortoise" })).toMatchObject({
      status: "free",
      totalUsd: "0",
    });
    expect(costOf(message({}), { table: PRICES, model: "roadrunner", provider: "acme" }).totalUsd).toBe("5");
  });

  it("knows Fireworks' ids also where a client made for another provider sent them", () => {
    const model_name = "accounts/fireworks/models/mixtral-8x22b-instruct";
    expect(costOf(message({ model_provider: "openai", model_name })).basis).not.toBe("unpriced");
    expect(
      costOf(message({ model_provider: "openllm", model_name, metered: factsWith({ requested_model: model_name }) }))
        .basis,
    ).toBe("unpriced");
  });

  it.each([
    ["no price", message({ ...named, model_name: "stranger" }), "unpriced"],
    ["no usage", { response_metadata: named }, "the call reported no usage"],
    ["counts that are none", message(named, { ...MILLIONS, input_tokens: Number.NaN }), "`input_tokens` is `NaN`"],
  ])("is unpriced for %s, and says why", (_what, unknown, reason) => {
    const cost = costOf(unknown, { table: PRICES });
    expect(cost).toMatchObject({
      status: "unpriced",
      totalUsd: undefined,
      totalPico: undefined,
      lowUsd: undefined,
      highUsd: undefined,
    });
    expect(`${cost.status} ${cost.reason}`).toContain(reason);
  });

  it("never throws", () => {
    const anything = fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true });
    const metadata = fc.record({
      model_provider: anything,
      model_name: anything,
      metered: anything,
      created: anything,
      usage_source: fc.constantFrom("estimated", 1),
      usage_estimate: anything,
      requests: anything,
      metered_timing: anything,
      service_tier: anything,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          anything,
          fc.record({ usage_metadata: fc.oneof(anything, fc.constant(MILLIONS)), response_metadata: metadata }),
        ),
        (any) => {
          expect(["priced", "free", "unpriced"]).toContain(costOf(any as object).status);
        },
      ),
    );
  });
});

describe("a local Ollama that hands a call on", () => {
  it.each([
    [{ remote_host: "https://ollama.com:443", remote_model: "gpt-oss:120b" }, "priced", "0.15"],
    [{}, "free", "0"],
  ])("costs what the host that served it asks for: %j", (remote, status, totalUsd) => {
    const message = new AIMessage({
      content: "",
      usage_metadata: { input_tokens: 1_000_000, output_tokens: 0, total_tokens: 1_000_000 },
      response_metadata: {
        model_provider: "ollama",
        model_name: "mine",
        created: Date.UTC(2026, 10, 22) / 1000,
        metered: factsWith({ requested_model: "mine", private_host: true, host: "127.0.0.1:11434" }),
        ...remote,
      },
    });

    expect(costOf(message)).toMatchObject({ status, totalUsd });
  });
});

describe("an answer that came through a proxy which says what calls cost", () => {
  const requests = [
    { status: 200, reached: true },
    { status: 200, reached: true },
  ];
  const price = { inputUsdPerMillion: "1", outputUsdPerMillion: "2" };

  it.each([
    ["its figure is the cost", { declared_cost_usd: "0.0123" }, undefined, "priced", "0.0123"],
    ["nothing said, as in streams: unknown, and not free", {}, undefined, "unpriced", undefined],
    ["two requests, one figure: unknown", { declared_cost_usd: "0.0123", requests }, undefined, "unpriced", undefined],
    ["its figure goes before the user's own price", { declared_cost_usd: "0.0123" }, price, "priced", "0.0123"],
    ["which is for what it says nothing of: streams", {}, price, "priced", "0.00002"],
    ["and several requests", { declared_cost_usd: "0.0123", requests }, price, "priced", "0.00002"],
    ["or nothing", {}, "free", "free", "0"],
  ])("%s", (_what, said, pricing, status, totalUsd) => {
    const message = new AIMessage({
      content: "",
      usage_metadata: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
      response_metadata: {
        model_provider: "openllm",
        model_name: "gpt-x",
        litellm_call_id: "c1",
        metered: factsWith({ requested_model: "gpt-x", private_host: true, host: "127.0.0.1:4000", pricing }),
        ...said,
      },
    });

    const cost = costOf(message);
    expect(cost).toMatchObject({ status, totalUsd });
    expect([cost.lowUsd, cost.highUsd]).toEqual([totalUsd, totalUsd]);
  });
});
