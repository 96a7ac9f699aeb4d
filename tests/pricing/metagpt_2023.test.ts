import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { costOfUsage } from "../../src/pricing/cost.js";
import { priceOf } from "../../src/pricing/look_up/price_of.js";
import { FIREWORKS_2025_TIERS } from "../../src/pricing/tables/fireworks_2025.js";
import { METAGPT_2023_GRADES } from "../../src/pricing/tables/metagpt_2023.js";

interface Case {
  id: string;
  model: string;
  prompt_tokens: number;
  completion_tokens: number;
  grade: string;
  rates_usd_per_mtok: { prompt: number; completion: number };
  expected_cost_exact: string;
}

const { cases }: { cases: Case[] } = JSON.parse(
  readFileSync(new URL("../fixtures/size-grade-2023-costs.json", import.meta.url), "utf8"),
);

describe("the grade table of 2023", () => {
  it.each(cases.map((entry) => [entry.id, entry.model, entry] as const))("%s %s", (_, model, entry) => {
    const usage = { input_tokens: entry.prompt_tokens, output_tokens: entry.completion_tokens };
    const cost = costOfUsage(usage, { provider: "fireworks", model }, { table: METAGPT_2023_GRADES });
    expect(cost).toMatchObject({
      status: "priced",
      basis: "tier",
      row: `metagpt-2023/${entry.grade}`,
      totalUsd: entry.expected_cost_exact,
    });
    expect(cost.components.input?.usdPerMillion).toBe(String(entry.rates_usd_per_mtok.prompt));
    expect(cost.components.output?.usdPerMillion).toBe(String(entry.rates_usd_per_mtok.completion));
  });

  it("has all 25 cases", () => {
    expect(cases).toHaveLength(25);
  });

  it.each([
    ["xxx-15.5b-chat", "metagpt-2023/16"],
    ["xxx-16b-chat", "metagpt-2023/16"],
    ["xxx-80b-chat", "metagpt-2023/80"],
    ["mixtral-8x7b-chat", "metagpt-2023/mixtral-8x7b"],
    ["Llama-3-70B", "metagpt-2023/80"],
    ["llama-70b-draft-1b", "metagpt-2023/80"],
    ["llama-70b-8bit", "metagpt-2023/80"],
    ["qwen3-30b-a3b", "metagpt-2023/80"],
    ["accounts/acme-70b/models/llama-v2-13b-chat", "metagpt-2023/16"],
    ["accounts/mixtral-8x7b-team/models/llama-v3-70b", "metagpt-2023/80"],
    ["test", null],
    ["xxx-81b-chat", null],
    ["mixtral-8x22b-instruct", null],
    ["x-0b", null],
    ["x-1.2.3b", null],
    ["deepseek-v3", null],
    ["kimi-k3", null],
  ])("puts %s at %p", (model, row) => {
    const answer = priceOf(model, { table: METAGPT_2023_GRADES });
    expect(answer.row).toBe(row);
    expect(answer.basis).toBe(row === null ? "unpriced" : "tier");
  });
});

describe("the tiers of 2025", () => {
  it.each([
    ["x-3.99b", "0.1"],
    ["x-4b", "0.2"],
    ["x-16b", "0.2"],
    ["x-16.1b", "0.9"],
    ["mixtral-8x7b", "0.5"],
    ["mixtral-8x22b", "1.2"],
    ["qwen3-235b-a22b", null],
    ["kimi-k2-instruct", null],
  ])("puts %s at %p, without any price by name", (model, price) => {
    expect(priceOf(model, { table: FIREWORKS_2025_TIERS })).toMatchObject({
      inputUsdPerMillion: price,
      outputUsdPerMillion: price,
    });
  });
});
