import { expect, it } from "@jest/globals";
import { costOfUsage, type CostQuery } from "../../src/pricing/cost.js";
import { definePriceTable } from "../../src/pricing/look_up/define_price_table.js";
import type { PriceTable } from "../../src/pricing/look_up/schema.js";

const row = { provider: "openai", model: "gpt-x", inputUsdPerMillion: "1", outputUsdPerMillion: "1" };
const own = definePriceTable([row]);
const listed: PriceTable = { ...own, origin: "builtin" };
const usage = { input_tokens: 500_000, output_tokens: 500_000 };
const local = { provider: "openllm", isPrivateHost: true, host: "10.0.0.7" };
const gateway = { provider: "llm.example.com", isPrivateHost: false, host: "llm.example.com" };

const cases: [what: string, query: Partial<CostQuery>, table: PriceTable, usd: string | undefined, basis: string][] = [
  ["a row of the user's own holds on a private address", local, own, "1", "user"],
  ["and on a public host that nobody knows", gateway, own, "1", "user"],
  ["a price list's does not: a private server is free", local, listed, "0", "free"],
  ["and a public one unpriced", gateway, listed, undefined, "unpriced"],
  ["without a client there is no such row", { ...local, clientOf: undefined }, own, "0", "free"],
];

it.each(cases)("before a server of somebody else, %s", (_, query, table, usd, basis) => {
  const cost = costOfUsage(usage, { provider: "p", model: "gpt-x", clientOf: "openai", ...query }, { table });
  expect(cost).toMatchObject({ totalUsd: usd, basis });
  expect(cost.assumptions).toEqual(basis === "user" ? [expect.stringContaining(`though ${query.host} answered`)] : []);
});
