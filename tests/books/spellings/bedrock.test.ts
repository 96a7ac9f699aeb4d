import { describe, expect, it } from "@jest/globals";
import { costOf, definePriceTable } from "../../../src/callbacks.js";

const model = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const table = definePriceTable([
  {
    provider: "amazon_bedrock",
    model,
    inputUsdPerMillion: "3.30",
    cachedInputUsdPerMillion: "0.33",
    cacheWriteUsdPerMillion: "4.125",
    cacheWrite1hUsdPerMillion: "6.60",
    outputUsdPerMillion: "16.50",
  },
]);

const usage = {
  inputTokens: 21,
  outputTokens: 393,
  totalTokens: 5414,
  cacheReadInputTokens: 2000,
  cacheWriteInputTokens: 3000,
  cacheDetails: [
    { ttl: "1h", inputTokens: 2000 },
    { ttl: "5m", inputTokens: 1000 },
  ],
};
const usage_metadata = {
  input_tokens: 5021,
  output_tokens: 393,
  total_tokens: 5414,
  input_token_details: { cache_read: 2000, cache_creation: 3000 },
};
// 21 x 3.30 + 2000 x 0.33 + 1000 x 4.125 + 2000 x 6.60 + 393 x 16.50 = 24538.8 per million
const RIGHT = { totalUsd: "0.0245388", highUsd: "0.0245388", warnings: [] };

describe("a message of Bedrock's on its own, which does not name its model", () => {
  it.each([
    ["in one piece", { usage }],
    ["streamed", { metadata: { usage } }],
  ])("costs what it did, %s", (_, said) => {
    const message = { usage_metadata, response_metadata: { ...said, model_provider: "bedrock-converse" } };
    expect(costOf(message, { table, model })).toMatchObject(RIGHT);
    expect(costOf(message, { table }).status).toBe("unpriced");
  });

  it("is counted right by versions of the package that left the cache out, as before 1.3.7", () => {
    const old = { input_tokens: 21, output_tokens: 393, total_tokens: 5414 };
    const message = { usage_metadata: old, response_metadata: { usage, model_provider: "bedrock-converse" } };
    expect(costOf(message, { table, model })).toMatchObject(RIGHT);
  });

  it("may have a total without the cache's tokens", () => {
    const response_metadata = { usage: { ...usage, totalTokens: 414 }, model_provider: "bedrock-converse" };
    expect(costOf({ usage_metadata, response_metadata }, { table, model })).toMatchObject(RIGHT);
  });

  it.each([
    ["are not all of them", [{ ttl: "5m", inputTokens: 1000 }], "may have been written for an hour"],
    ["are too many", [{ ttl: "1h", inputTokens: 4000 }], "exceed"],
  ])("warns of writes to the cache whose parts %s", (_, cacheDetails, words) => {
    const response_metadata = { usage: { ...usage, cacheDetails }, model_provider: "bedrock-converse" };
    const { warnings } = costOf({ usage_metadata, response_metadata }, { table, model });
    expect(warnings).toEqual([expect.stringContaining(words)]);
  });

  it("is unpriced where such a part cannot be a count", () => {
    const cacheDetails = [{ ttl: "1h", inputTokens: -1 }];
    const response_metadata = { usage: { ...usage, cacheDetails }, model_provider: "bedrock-converse" };
    expect(costOf({ usage_metadata, response_metadata }, { table, model })).toMatchObject({ status: "unpriced" });
  });
});
