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

  const others = ["anthropic", "amazon_bedrock", "azure", "google_genai", "groq", "mistral", "xai"];

  it.each(others)("says in its one warning what to install and to pass: %s", async (provider) => {
    const costs = new CostCallbackHandler();
    const model = new ScriptedModel({ answer: says({}), provider, model: "a-model" });
    for (let i = 0; i < 2; i++) await model.invoke("Hi", { callbacks: [costs] });
    const unpriced = `a call of \`a-model\` (\`${provider}\`) has no cost: `;
    expect(costs.totals.warnings).toEqual([expect.stringContaining(unpriced)]);
    expect(costs.totals.warnings[0]).toContain(REMEDY);
  });

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
});
