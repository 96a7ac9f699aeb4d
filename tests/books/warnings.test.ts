import { describe, expect, it, jest } from "@jest/globals";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { definePriceTable } from "../../src/pricing/look_up/define_price_table.js";
import { MILLIONS, PRICES } from "./prices.js";
import { FACTS, ScriptedModel, type Answer } from "./scripted_model.js";

const says = (usage_metadata: object, response_metadata: Record<string, unknown> = {}): Answer => ({
  messages: [{ content: "hi", usage_metadata: { ...MILLIONS, ...usage_metadata }, response_metadata }],
});

describe("what a cost had to assume is in the totals' warnings", () => {
  const withoutCache = definePriceTable(
    [{ provider: "acme", model: "roadrunner", inputUsdPerMillion: "1", outputUsdPerMillion: "4" }],
    { name: "test", fallback: null },
  );

  it("once, with the model's name, however many calls", async () => {
    const onWarning = jest.fn();
    const costs = new CostCallbackHandler({ table: withoutCache, onWarning });
    const model = new ScriptedModel({ answer: says({ input_token_details: { cache_read: 400_000 } }) });
    for (let i = 0; i < 3; i++) await model.invoke("Hi", { callbacks: [costs] });
    const warning = "`roadrunner`: cached tokens charged as input: the row has no cached price";
    expect(costs.totals).toMatchObject({ costUsd: "15", warnings: [warning] });
    expect(onWarning.mock.calls).toEqual([[warning]]);
  });

  it("not where nothing had to be assumed", async () => {
    const costs = new CostCallbackHandler({ table: PRICES });
    const model = new ScriptedModel({ answer: says({ input_token_details: { cache_read: 400_000 } }) });
    await model.invoke("Hi", { callbacks: [costs] });
    expect(costs.totals.warnings).toEqual([]);
  });

  it("not what the user asked for with `onUnpriced`", async () => {
    const costs = new CostCallbackHandler({ table: PRICES, onUnpriced: "zero" });
    await new ScriptedModel({ answer: says({}), model: "stranger" }).invoke("Hi", { callbacks: [costs] });
    expect(costs.totals.warnings).toEqual([expect.stringContaining("has no cost")]);
  });
});

describe("warnings that differ in their figures alone are one", () => {
  it("with the figures of the first call", async () => {
    const onWarning = jest.fn();
    const costs = new CostCallbackHandler({ table: PRICES, onWarning });
    for (let total = 5; total < 155; total++) {
      const model = new ScriptedModel({ answer: says({ total_tokens: total }) });
      await model.invoke("Hi", { callbacks: [costs] });
    }
    const warning = "`roadrunner`: `total_tokens` is 5, its parts are 1000000 and 1000000";
    expect(costs.totals.warnings).toEqual([warning]);
    expect(onWarning.mock.calls).toEqual([[warning]]);
  });

  it.each([
    ["of models", ["gpt-4", "gpt-5", "o1", "o3", "llama3.1:8b", "llama3.1:70b", "2.5-flash", "2.0-flash"]],
    ["of hosts", ["at 10.0.0.5", "at 10.0.0.6", "at [::1]:8000", "at example.com:8080", "at example.com:8081"]],
    ["of dates", ["last listed 2026-01-05", "last listed 2026-01-06"]],
  ])("but numbers are no figures in names %s", (_, warnings) => {
    const costs = new CostCallbackHandler();
    for (const warning of warnings) costs.addWarning(warning);
    expect(costs.totals.warnings).toEqual(warnings);
  });

  it("and there are at most a hundred", () => {
    const costs = new CostCallbackHandler();
    for (let i = 0; i < 500; i++) costs.addWarning(`m${i}`);
    expect(costs.totals.warnings).toHaveLength(100);
  });
});

describe("a call that cannot be counted is warned of once", () => {
  it.each([
    ["negative", { input_tokens: -5 }, /-5/],
    ["a text", { output_tokens: "many" }, /many/],
  ])("with a count that is %s", async (_, usage, value) => {
    const costs = new CostCallbackHandler({ table: PRICES });
    await new ScriptedModel({ answer: says(usage) }).invoke("Hi", { callbacks: [costs] });
    expect(costs.totals).toMatchObject({
      unpricedCalls: 1,
      costUsd: undefined,
      warnings: [expect.stringMatching(value)],
    });
  });
});

describe("another provider's model without a price", () => {
  const REMEDY =
    'npm install @pydantic/genai-prices`, then `import { genaiPrices } from "langchain-metered/genai-prices"` and `new CostCallbackHandler({ table: genaiPrices })';

  it.each(["anthropic", "openai", "azure", "groq", "google-genai", "mistralai", "xai", "amazon_bedrock", "deepseek"])(
    "says in its one warning what to install and to pass: %s",
    async (provider) => {
      const costs = new CostCallbackHandler();
      const model = new ScriptedModel({ answer: says({}), provider, model: "some-model" });
      for (let i = 0; i < 2; i++) await model.invoke("Hi", { callbacks: [costs] });
      expect(costs.totals.warnings).toEqual([
        expect.stringMatching(new RegExp(`^a call of \`some-model\` \\(\`${provider}\`\\) has no cost: `)),
      ]);
      expect(costs.totals.warnings[0]).toContain(REMEDY);
    },
  );

  it("does not where a table was passed that has no such model", async () => {
    const costs = new CostCallbackHandler({ table: PRICES });
    await new ScriptedModel({ answer: says({}), model: "stranger" }).invoke("Hi", { callbacks: [costs] });
    expect(costs.totals.warnings).toEqual([expect.not.stringContaining("genai-prices")]);
  });

  it.each(["fireworks", "openllm", "ollama"])("does not for %s, whose prices are built in", async (provider) => {
    const costs = new CostCallbackHandler();
    await new ScriptedModel({ answer: says({}), provider, model: "stranger", facts: FACTS }).invoke("Hi", {
      callbacks: [costs],
    });
    expect(costs.totals.warnings).toEqual([expect.not.stringContaining("genai-prices")]);
  });
});

describe("byModel", () => {
  it("shows the names that served beside the one that was asked for", async () => {
    const costs = new CostCallbackHandler({ table: PRICES });
    for (const model_name of ["roadrunner-2026-01-01", "roadrunner-2026-09-01", "roadrunner-2026-01-01"]) {
      await new ScriptedModel({ answer: says({}, { model_name }) }).invoke("Hi", { callbacks: [costs] });
    }
    expect(costs.byModel["acme/roadrunner"]).toMatchObject({
      calls: 3,
      served: ["roadrunner-2026-01-01", "roadrunner-2026-09-01"],
    });
  });

  it("shows none where the answer names none", async () => {
    const costs = new CostCallbackHandler({ table: PRICES });
    await new ScriptedModel({ answer: says({}) }).invoke("Hi", { callbacks: [costs] });
    expect(costs.byModel["acme/roadrunner"]).toMatchObject({ served: [] });
  });
});

describe("a cost that nothing bounds from above", () => {
  it("is warned of as a lower bound, with the reason", async () => {
    const costs = new CostCallbackHandler({ table: PRICES });
    const model = new ScriptedModel({ answer: says({ input_tokens: 0, total_tokens: 1_000_000 }) });
    await model.invoke("Hi", { callbacks: [costs] });
    expect(costs.totals).toMatchObject({
      costUsd: "4",
      highUsd: undefined,
      unboundedCalls: 1,
      warnings: ["`roadrunner`: the cost is a lower bound: no input tokens were reported"],
    });
  });

  it("is an estimate where less may have been billed too", async () => {
    const costs = new CostCallbackHandler({ table: PRICES });
    const estimate = { reason: "the stream was left by its reader", inputTokens: [1, 2], outputTokens: [1, null] };
    const model = new ScriptedModel({
      answer: says({}, { usage_source: "estimated", usage_estimate: estimate }),
      facts: FACTS,
    });
    await model.invoke("Hi", { callbacks: [costs] });
    expect(costs.totals.warnings).toEqual([
      "`roadrunner`: the cost is an estimate that nothing bounds from above: the stream was left by its reader",
    ]);
  });
});
