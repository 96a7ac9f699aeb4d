import { expect, it } from "@jest/globals";
import { costOfUsage, type CostQuery } from "../../src/pricing/cost.js";
import { definePriceTable } from "../../src/pricing/look_up/define_price_table.js";

const table = definePriceTable([{ provider: "p", model: "m", inputUsdPerMillion: "1", outputUsdPerMillion: "1" }]);
const usage = { input_tokens: 500_000, output_tokens: 500_000 }; // 1 USD
const trusted = (usd: string | null, upstreamUsd?: string) => ({ usd, upstreamUsd, isTrusted: true });
const hearsay = (usd: string | null) => ({ usd, isTrusted: false });
const free = { declared: "free" } as const;
const local = { provider: "openllm", model: "x", isPrivateHost: true };

const cases: [what: string, query: Partial<CostQuery>, usd: string | undefined, basis: string, warns: boolean][] = [
  ["the bill goes before a price", { serverCost: trusted("0.25") }, "0.25", "server", false],
  ["and before a declared one", { serverCost: trusted("0.25"), ...free }, "0.25", "server", false],
  ["0 is a bill", { serverCost: trusted("0") }, "0", "server", false],
  ["a fee and what another bills are added", { serverCost: trusted("0.05", "0.9") }, "0.95", "server", false],
  ["hearsay makes a call dearer", { serverCost: hearsay("1.5") }, "1.5", "server", true],
  ["never cheaper, and says so", { serverCost: hearsay("0.25") }, "1", "user", true],
  ["never cheaper than free, which is 0", { ...local, serverCost: hearsay("0") }, "0", "free", false],
  ["a free server that says a cost has one", { ...local, serverCost: hearsay("0.25") }, "0.25", "server", true],
  ["it counts where nothing else is known", { model: "other", serverCost: hearsay("0.25") }, "0.25", "server", true],
  [
    "a proxy that says nothing is no free server",
    { ...local, serverCost: trusted(null) },
    undefined,
    "unpriced",
    false,
  ],
  ["but for a price that was declared", { ...local, ...free, serverCost: trusted(null) }, "0", "free", false],
];

it.each(cases)("%s", (_, query, usd, basis, warns) => {
  const cost = costOfUsage(usage, { provider: "p", model: "m", ...query }, { table });
  expect(cost).toMatchObject({ totalUsd: usd, basis });
  expect(cost.warnings.length > 0).toBe(warns);
});

it("needs no usage", () => {
  expect(costOfUsage(undefined, { provider: "p", model: "m", serverCost: trusted("0.25") })).toMatchObject({
    totalUsd: "0.25",
  });
});
