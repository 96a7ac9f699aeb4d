import { describe, expect, it } from "@jest/globals";
import { costOf, definePriceTable } from "../../../src/callbacks.js";

const model = "claude-sonnet-4-5";
const rates = {
  model,
  inputUsdPerMillion: "3",
  cachedInputUsdPerMillion: "0.30",
  cacheWriteUsdPerMillion: "3.75",
  cacheWrite1hUsdPerMillion: "6",
  outputUsdPerMillion: "15",
  webSearchUsdPerThousand: "10",
};
const table = definePriceTable([
  { provider: "anthropic", ...rates },
  { provider: "amazon_bedrock", ...rates },
]);

const ofAnthropic = {
  input_tokens: 21,
  cache_creation_input_tokens: 3000,
  cache_read_input_tokens: 2000,
  cache_creation: { ephemeral_5m_input_tokens: 1000, ephemeral_1h_input_tokens: 2000 },
  output_tokens: 393,
  output_tokens_details: { thinking_tokens: 100 },
  server_tool_use: { web_search_requests: 1 },
  iterations: [{ type: "compaction", input_tokens: 500, cache_read_input_tokens: 100, output_tokens: 50 }],
};
const ofBedrock = {
  inputTokens: 21,
  outputTokens: 393,
  cacheReadInputTokens: 2000,
  cacheWriteInputTokens: 3000,
  cacheDetails: [
    { ttl: "1h", inputTokens: 2000 },
    { ttl: "5m", inputTokens: 1000 },
  ],
};

/** Every number in a report, as the path to it. */
function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return typeof value === "number" ? [path] : [];
  return Object.entries(value).flatMap(([name, part]) => pathsOf(part, [...path, name]));
}

function changed(report: object, path: readonly string[], value: unknown): object {
  const copy = structuredClone(report);
  const holder = path.slice(0, -1).reduce<object>((at, name) => Reflect.get(at, name) as object, copy);
  Reflect.set(holder, path.at(-1) ?? "", value);
  return copy;
}

function cost(provider: string, usage: object) {
  return costOf({ response_metadata: { model_provider: provider, model, usage } }, { table, model });
}

describe.each([
  ["anthropic", ofAnthropic],
  ["bedrock-converse", ofBedrock],
])("%s", (provider, report) => {
  it("is exact where every count is one", () => {
    expect(cost(provider, report)).toMatchObject({ status: "priced", warnings: [] });
  });

  it.each(pathsOf(report).map((path) => [path.join("."), path] as const))("is not, where `%s` is none", (_, path) => {
    for (const bad of [-7, 1.5, "7", "many", true, {}, [], 2 ** 60]) {
      const { status } = cost(provider, changed(report, path, bad));
      expect({ bad, status }).toEqual({ bad, status: "unpriced" });
    }
  });
});
