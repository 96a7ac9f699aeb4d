import { describe, expect, it } from "@jest/globals";
import { costOf, definePriceTable } from "../../../src/callbacks.js";

const table = definePriceTable([
  { model: "m", inputUsdPerMillion: "1", cachedInputUsdPerMillion: "0", outputUsdPerMillion: "2" },
]);

const counts = (input_tokens: number, output_tokens: number) => ({ input_tokens, output_tokens });
const cost = (model_provider: string, usage: object, usage_metadata: object) =>
  costOf({ usage_metadata, response_metadata: { model_provider, usage } }, { table, model: "m" });

describe.each<[string, object]>([
  ["anthropic", { input_tokens: 100, cache_read_input_tokens: 50, output_tokens: 10 }],
  ["bedrock-converse", { inputTokens: 100, cacheReadInputTokens: 50, outputTokens: 10, totalTokens: 160 }],
])("what %s's package makes of usage", (provider, usage) => {
  it.each([
    ["is right", counts(150, 10)],
    ["lacks the cache's tokens, as in older versions", counts(100, 10)],
    ["says nothing", counts(0, 0)],
  ])("%s", (_, made) => {
    expect(cost(provider, usage, made)).toMatchObject({ totalUsd: "0.00012", warnings: [] });
  });

  it.each([counts(300, 10), counts(150, 90)])("contradicts it, with a warning: %j", (made) => {
    const { totalUsd, warnings } = cost(provider, usage, made);
    expect(totalUsd).toBe("0.00012");
    expect(warnings).toEqual([expect.stringMatching(/the server itself 150 and 10 tokens: the server's is counted/)]);
  });
});
