import { definePriceTable } from "../../src/callbacks.js";
import { genaiPrices } from "../../src/genai_prices.js";
import { chatCompletion, inAllWays } from "./chat_completions.js";
import { atHost } from "./other_hosts.js";
import { azure } from "./azure_model.js";
import { testReports } from "./reports.js";
import { modelResponse } from "./responses_api.js";

const served = "gpt-4o-2024-08-06";
const table = definePriceTable([
  { provider: "azure", model: ["gpt-4o", served], inputUsdPerMillion: "2.75", outputUsdPerMillion: "11" },
  { provider: "azure", model: "gpt-3.5-turbo", inputUsdPerMillion: "0.5", outputUsdPerMillion: "1.5" },
  { provider: "openai", model: ["gpt-4o", served], inputUsdPerMillion: "2.5", outputUsdPerMillion: "10" },
]);
const USAGE = { prompt_tokens: 1600, completion_tokens: 90, total_tokens: 1690 };
const USD = "0.00539"; // 1600 x 2.75 + 90 x 11 = 5390

const base = { table, usd: USD, inputTokens: 1600, outputTokens: 90 };

testReports([
  {
    ...base,
    name: "Azure's price, not OpenAI's",
    model: azure({ model: "gpt-4o" }),
    answers: inAllWays({ model: served, usage: USAGE }),
    billed: "azure/gpt-4o",
  },
  {
    ...base,
    name: "a gateway of one's own before Azure",
    model: (url) => azure({ model: "gpt-4o", azureOpenAIEndpoint: url, configuration: {} })(url),
    answers: inAllWays({ model: served, usage: USAGE }),
    billed: "azure/gpt-4o",
  },
  {
    ...base,
    // The package says "gpt-3.5-turbo" of a deployment whose model it was not told.
    name: "a deployment whose model only the answer names",
    model: azure(),
    answers: inAllWays({ model: served, usage: USAGE }),
    billed: "azure/my-deployment",
  },
  {
    ...base,
    name: "a price of one's own for a deployment, before that of the model that serves",
    model: azure({ azureOpenAIApiDeploymentName: "GPT4-TURBO" }),
    table: definePriceTable(
      [{ provider: "azure", model: "GPT4-TURBO", inputUsdPerMillion: "10", outputUsdPerMillion: "30" }],
      { fallback: genaiPrices },
    ),
    answers: inAllWays({ model: "gpt-4", usage: USAGE }),
    usd: "0.0187", // 1600 x 10 + 90 x 30 = 18700
  },
  {
    ...base,
    name: "a model that Azure names without its version",
    model: azure({ model: "gpt-4-turbo" }),
    table: definePriceTable([
      { provider: "azure", model: "gpt-4-turbo", inputUsdPerMillion: "10", outputUsdPerMillion: "30" },
      { provider: "azure", model: "gpt-4", inputUsdPerMillion: "30", outputUsdPerMillion: "60" },
    ]),
    answers: inAllWays({ model: "gpt-4", usage: USAGE }),
    usd: "0.0187",
  },
  {
    ...base,
    name: "a deployment that serves another model than the one that was passed",
    model: azure({ model: "gpt-3.5-turbo" }),
    answers: inAllWays({ model: served, usage: USAGE }),
  },
  {
    ...base,
    name: "a deployment of a model without a price",
    model: azure(),
    answers: inAllWays({ model: "gpt-9-2027-01-01", usage: USAGE }),
    usd: undefined,
    warnings: [/`my-deployment`/],
  },
  {
    ...base,
    name: "Azure's newer address under the class of OpenAI",
    model: (url) => azure({ model: "gpt-4o", ...atHost("https://inst.openai.azure.com/openai/v1", url) })(url),
    answers: chatCompletion({ model: served, usage: USAGE }),
    billed: "azure/gpt-4o",
  },
  {
    ...base,
    name: "the Responses API",
    model: azure({ model: "gpt-4o", useResponsesApi: true }),
    answers: modelResponse({ model: served, usage: { input_tokens: 1600, output_tokens: 90, total_tokens: 1690 } }),
    billed: "azure/gpt-4o",
  },
]);
