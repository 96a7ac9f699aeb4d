import { definePriceTable } from "../../src/callbacks.js";
import { onGeminiApi, onVertex } from "./chat_google.js";
import { gemini } from "./gemini.js";
import { testReports } from "./reports.js";

const model = "gemini-2.5-flash";
const STANDARD = { inputUsdPerMillion: "0.30", outputUsdPerMillion: "2.50" };
const TIERS = {
  priority: { inputUsdPerMillion: "0.54", outputUsdPerMillion: "4.50" },
  serviceTiers: { flex: { inputUsdPerMillion: "0.15", outputUsdPerMillion: "1.25" } },
};
const standard = definePriceTable([{ model, ...STANDARD }]);
const tiers = definePriceTable([{ model, ...STANDARD, ...TIERS }]);

const usage = { promptTokenCount: 1000, candidatesTokenCount: 100, totalTokenCount: 1100 };
const header = (tier: string) => ({ headers: { "x-gemini-service-tier": tier } });

testReports([
  {
    name: "flex, at its rates",
    answers: gemini(usage, header("flex")),
    model: onGeminiApi({ serviceTier: "flex" }),
    table: tiers,
    usd: "0.000275", // 1000 x 0.15 + 100 x 1.25
  },
  {
    name: "flex, without rates for it",
    answers: gemini(usage, header("flex")),
    model: onGeminiApi({ serviceTier: "flex" }),
    table: standard,
    usd: undefined,
    warnings: [/flex/],
  },
  {
    name: "flex, as the usage says",
    answers: gemini({ ...usage, serviceTier: "flex" }),
    model: onGeminiApi({ serviceTier: "flex" }),
    table: tiers,
    usd: "0.000275",
  },
  {
    name: "flex that was asked for, where the answer says nothing",
    answers: gemini(usage),
    model: onGeminiApi({ serviceTier: "flex" }),
    table: tiers,
    usd: "0.000275",
  },
  {
    name: "priority, at its rates",
    answers: gemini(usage, header("priority")),
    model: onGeminiApi({ serviceTier: "priority" }),
    table: tiers,
    usd: "0.00099", // 1000 x 0.54 + 100 x 4.50
  },
  {
    name: "priority that was asked for and served as standard",
    answers: gemini(usage, header("standard")),
    model: onGeminiApi({ serviceTier: "priority" }),
    table: tiers,
    usd: "0.00055", // 1000 x 0.30 + 100 x 2.50
  },
  {
    name: "flex on Vertex AI",
    answers: gemini({ ...usage, trafficType: "ON_DEMAND_FLEX" }),
    model: onVertex({ serviceTier: "flex" }),
    table: tiers,
    usd: "0.000275",
  },
  {
    name: "priority on Vertex AI that was served as standard",
    answers: gemini({ ...usage, trafficType: "ON_DEMAND" }),
    model: onVertex({ serviceTier: "priority" }),
    table: tiers,
    usd: "0.00055",
  },
  {
    name: "throughput that was bought ahead, which no price by tokens pays for",
    answers: gemini({ ...usage, trafficType: "PROVISIONED_THROUGHPUT" }),
    model: onVertex(),
    table: tiers,
    usd: undefined,
    warnings: [/provisioned_throughput/],
  },
]);
