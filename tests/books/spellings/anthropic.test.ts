import { describe, expect, it } from "@jest/globals";
import { costOf, definePriceTable } from "../../../src/callbacks.js";

const table = definePriceTable([
  {
    provider: "anthropic",
    model: "claude-sonnet-4-5",
    inputUsdPerMillion: "3",
    cachedInputUsdPerMillion: "0.30",
    cacheWriteUsdPerMillion: "3.75",
    cacheWrite1hUsdPerMillion: "6",
    outputUsdPerMillion: "15",
  },
]);

const CACHE = {
  cache_creation_input_tokens: 3000,
  cache_read_input_tokens: 2000,
  cache_creation: { ephemeral_5m_input_tokens: 1000, ephemeral_1h_input_tokens: 2000 },
};
const details = (read: number, written: number) => ({
  input_token_details: { cache_read: read, cache_creation: written },
});
const whole = { input_tokens: 21, ...CACHE, output_tokens: 393 };
const model = "claude-sonnet-4-5";

/** A message as a store gives it back, with nothing known of the call. */
function message(usage_metadata: object, usage: object, named: object = { model_provider: "anthropic" }) {
  return { usage_metadata, response_metadata: { ...named, model, usage } };
}

describe("a message of Anthropic's on its own", () => {
  it("costs what it did where it came in one piece", () => {
    const cost = costOf(message({ input_tokens: 5021, output_tokens: 393, ...details(2000, 3000) }, whole), { table });
    // 21 x 3 + 2000 x 0.30 + 1000 x 3.75 + 2000 x 6 + 393 x 15 = 22308 per million
    expect(cost).toMatchObject({ totalUsd: "0.022308", highUsd: "0.022308", warnings: [] });
  });

  it("is known by its words where no provider is named, as by older versions of the package", () => {
    const old = message({ input_tokens: 21, output_tokens: 393, ...details(2000, 3000) }, whole, {});
    expect(costOf(old, { table, provider: "anthropic" })).toMatchObject({ totalUsd: "0.022308", warnings: [] });
  });

  it("may count a few output tokens too many where it was streamed, and says so", () => {
    const cost = costOf(message({ input_tokens: 5021, output_tokens: 396, ...details(2000, 3000) }, CACHE), { table });
    expect(cost.totalUsd).toBe("0.022353"); // 3 x 15 = 45 per million more
    expect(cost.warnings).toEqual([expect.stringContaining("too high")]);
  });

  it.each([
    ["without the cache's tokens in the input, as before 1.2.2", 21, details(2000, 3000)],
    ["with the cache's tokens twice, as before 1.3.23", 5021, details(4000, 6000)],
  ])("is counted right %s", (_, input_tokens, more) => {
    const cost = costOf(message({ input_tokens, output_tokens: 393, ...more }, CACHE), { table });
    expect(cost.totalUsd).toBe("0.022308");
  });

  it("has hidden writes where it has nothing but LangChain's usage, and the model's class is known", () => {
    const usage_metadata = { input_tokens: 5021, output_tokens: 393, ...details(2000, 3000) };
    const cost = costOf(message(usage_metadata, { cost: 0.01 }), { table });
    expect(cost).toMatchObject({ totalUsd: "0.017808", highUsd: undefined }); // 3000 x 3.75 in place of the writes above
    expect(cost.warnings).toEqual(expect.arrayContaining([expect.stringContaining("hidden")]));
  });
});

describe("what Anthropic's language is not taken for", () => {
  it("is OpenAI's with Anthropic's words among it, as LiteLLM writes it", () => {
    const usage = { prompt_tokens: 5021, completion_tokens: 393, total_tokens: 5414, cache_creation_input_tokens: 0 };
    const answer = message({ input_tokens: 5021, output_tokens: 393, total_tokens: 5414 }, usage, {});
    expect(costOf(answer, { table, provider: "anthropic" })).toMatchObject({ totalUsd: "0.020958", warnings: [] });
  });
});
