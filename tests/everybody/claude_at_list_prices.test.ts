import { ChatAnthropic } from "@langchain/anthropic";
import { ChatBedrockConverse } from "@langchain/aws";
import { genaiPrices } from "../../src/genai_prices.js";
import { anthropicAnswers } from "../support/anthropic_answers.js";
import { converseAnswers, requestHandlerTo } from "../support/bedrock_answers.js";
import { testReports, type Report } from "./reports.js";

const claude: Report["model"] = (url) =>
  new ChatAnthropic({ model: "claude-sonnet-4-5", apiKey: "k", anthropicApiUrl: url, maxRetries: 0 });

function bedrock(model: string): Report["model"] {
  return (url) =>
    new ChatBedrockConverse({
      model,
      region: "us-east-1",
      credentials: { accessKeyId: "k", secretAccessKey: "s" },
      clientOptions: { requestHandler: requestHandlerTo(url), maxAttempts: 1 },
      maxRetries: 0,
    });
}

const WRITES = {
  cache_creation_input_tokens: 3000,
  cache_creation: { ephemeral_5m_input_tokens: 1000, ephemeral_1h_input_tokens: 2000 },
};
const CONVERSE = { inputTokens: 21, outputTokens: 393, totalTokens: 2414, cacheReadInputTokens: 2000 };

testReports([
  {
    name: "Anthropic's cache and searches",
    answers: {
      ...anthropicAnswers({
        usage: {
          input_tokens: 21,
          ...WRITES,
          cache_read_input_tokens: 2000,
          output_tokens: 393,
          service_tier: "standard",
          server_tool_use: { web_search_requests: 3, web_fetch_requests: 1 },
        },
      }),
      stream: undefined,
      chunks: undefined,
    },
    model: claude,
    table: genaiPrices,
    usd: "0.052308", // 21 x 3 + 2000 x 0.30 + 1000 x 3.75 + 2000 x 6 + 393 x 15 = 22308 per million, and 3 searches at 0.01
  },
  {
    name: "long prompts of Anthropic's, which cost more from the first token on",
    answers: anthropicAnswers({
      usage: { input_tokens: 1000, cache_read_input_tokens: 200_000, output_tokens: 100, service_tier: "standard" },
    }),
    model: claude,
    table: genaiPrices,
    usd: "0.12825", // 1000 x 6 + 200000 x 0.60 + 100 x 22.50 = 128250 per million
  },
  {
    name: "Bedrock's regional price",
    answers: { ...converseAnswers({ usage: CONVERSE }), events: converseAnswers({ usage: CONVERSE }).stream },
    model: bedrock("eu.anthropic.claude-sonnet-4-5-20250929-v1:0"),
    table: genaiPrices,
    usd: "0.0072138", // 21 x 3.30 + 2000 x 0.33 + 393 x 16.50 = 7213.8 per million
  },
  {
    name: "Bedrock's global price",
    answers: converseAnswers({ usage: CONVERSE }),
    model: bedrock("global.anthropic.claude-sonnet-4-5-20250929-v1:0"),
    table: genaiPrices,
    usd: "0.006558", // 21 x 3 + 2000 x 0.30 + 393 x 15 = 6558 per million
  },
  {
    name: "an hour's writes on Bedrock, whose price genai-prices does not list",
    answers: converseAnswers({
      usage: {
        ...CONVERSE,
        totalTokens: 5414,
        cacheWriteInputTokens: 3000,
        cacheDetails: [{ ttl: "1h", inputTokens: 3000 }],
      },
    }),
    model: bedrock("us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
    table: genaiPrices,
    usd: "0.0195888", // 21 x 3.30 + 2000 x 0.33 + 3000 x 4.125 + 393 x 16.50 = 19588.8 per million
    between: ["0.0195888", undefined],
    warnings: [/hour/],
  },
]);
