import { ChatBedrockConverse } from "@langchain/aws";
import { definePriceTable } from "../../src/callbacks.js";
import { converseAnswers, converseFrames, converseStream, requestHandlerTo } from "../support/bedrock_answers.js";
import { eventFrame } from "../support/event_stream.js";
import { cut } from "../support/wire_script.js";
import { testReports, type Report } from "./reports.js";

type Fields = Partial<ConstructorParameters<typeof ChatBedrockConverse>[0] & object>;

const model = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

/** A model of Bedrock's that calls `url`, over HTTP/1. */
function bedrock(fields: Fields = {}): Report["model"] {
  return (url) =>
    new ChatBedrockConverse({
      model,
      region: "us-east-1",
      credentials: { accessKeyId: "k", secretAccessKey: "s" },
      clientOptions: { requestHandler: requestHandlerTo(url), maxAttempts: 1 },
      maxRetries: 0,
      ...fields,
    });
}

const rates = {
  inputUsdPerMillion: "3.30",
  cachedInputUsdPerMillion: "0.33",
  cacheWriteUsdPerMillion: "4.125",
  outputUsdPerMillion: "16.50",
};
const row = { provider: "amazon_bedrock", model, ...rates };
const tokensOnly = definePriceTable([row]);
const table = definePriceTable([
  {
    ...row,
    cacheWrite1hUsdPerMillion: "6.60",
    serviceTiers: {
      flex: { inputUsdPerMillion: "1.65", outputUsdPerMillion: "8.25" },
      optimized: { inputUsdPerMillion: "4", outputUsdPerMillion: "20" },
    },
  },
]);

const SHORT = { inputTokens: 25, outputTokens: 19, totalTokens: 44 };
const SHORT_USD = "0.000396"; // 25 x 3.30 + 19 x 16.50 = 396 per million
const CACHED = {
  inputTokens: 21,
  outputTokens: 393,
  totalTokens: 5414,
  cacheReadInputTokens: 2000,
  cacheWriteInputTokens: 3000,
};
const CACHE_DETAILS = [
  { ttl: "1h", inputTokens: 2000 },
  { ttl: "5m", inputTokens: 1000 },
];

testReports([
  {
    name: "a plain answer",
    answers: converseAnswers({ usage: SHORT }),
    model: bedrock(),
    table,
    usd: SHORT_USD,
    inputTokens: 25,
    outputTokens: 19,
    billed: `amazon_bedrock/${model}`,
  },
  {
    name: "cache reads, writes for five minutes and for an hour",
    answers: converseAnswers({ usage: { ...CACHED, cacheDetails: CACHE_DETAILS } }),
    model: bedrock(),
    table,
    usd: "0.0245388", // 21 x 3.30 + 2000 x 0.33 + 1000 x 4.125 + 2000 x 6.60 + 393 x 16.50 = 24538.8 per million
    inputTokens: 5021,
    outputTokens: 393,
  },
  {
    name: "an hour's writes without a price of their own",
    answers: converseAnswers({ usage: { ...CACHED, cacheDetails: CACHE_DETAILS } }),
    model: bedrock(),
    table: tokensOnly,
    usd: "0.0195888", // 21 x 3.30 + 2000 x 0.33 + 3000 x 4.125 + 393 x 16.50 = 19588.8 per million
    between: ["0.0195888", undefined],
    warnings: [/hour/],
  },
  {
    name: "cache writes of models that have them for five minutes only",
    answers: converseAnswers({ usage: CACHED }),
    model: bedrock(),
    table: tokensOnly,
    usd: "0.0195888", // as above
  },
  {
    name: "the flex tier",
    answers: converseAnswers({ usage: SHORT, serviceTier: { type: "flex" } }),
    model: bedrock({ serviceTier: "flex" }),
    table,
    usd: "0.000198", // 25 x 1.65 + 19 x 8.25 = 198 per million
  },
  {
    name: "the tier that was asked for, where the answer names none",
    answers: converseAnswers({ usage: SHORT }),
    model: bedrock({ serviceTier: "flex" }),
    table,
    usd: "0.000198", // as above
  },
  {
    name: "the standard tier by its name",
    answers: converseAnswers({ usage: SHORT, serviceTier: { type: "default" } }),
    model: bedrock({ serviceTier: "default" }),
    table,
    usd: SHORT_USD,
  },
  {
    name: "a tier without a price",
    answers: converseAnswers({ usage: SHORT, serviceTier: { type: "reserved" } }),
    model: bedrock({ serviceTier: "reserved" }),
    table,
    usd: undefined,
    warnings: [/reserved/],
  },
  {
    name: "optimized latency",
    answers: converseAnswers({ usage: SHORT, performanceConfig: { latency: "optimized" } }),
    model: bedrock(),
    table,
    usd: "0.00048", // 25 x 4 + 19 x 20 = 480 per million
  },
  {
    name: "optimized latency without a price",
    answers: converseAnswers({ usage: SHORT, performanceConfig: { latency: "optimized" } }),
    model: bedrock(),
    table: tokensOnly,
    usd: undefined,
    warnings: [/optimized/],
  },
  {
    name: "standard latency",
    answers: converseAnswers({ usage: SHORT, performanceConfig: { latency: "standard" } }),
    model: bedrock(),
    table: tokensOnly,
    usd: SHORT_USD,
  },
  {
    name: "the model that a prompt router chose",
    answers: converseAnswers({
      usage: SHORT,
      trace: {
        promptRouter: { invokedModelId: `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${model}` },
      },
    }),
    model: bedrock({ model: "arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/anthropic.claude:1" }),
    table,
    usd: SHORT_USD,
    between: [SHORT_USD, undefined],
    warnings: [/router/],
  },
  {
    name: "a model by the name of its resource",
    answers: converseAnswers({ usage: SHORT }),
    model: bedrock({ model: `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${model}` }),
    table,
    usd: SHORT_USD,
  },
  {
    name: "throughput that is paid by the hour",
    answers: converseAnswers({ usage: SHORT }),
    model: bedrock({ model: "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/a1b2c3d4e5f6" }),
    table,
    usd: undefined,
    warnings: [/no row names this model/],
  },
  {
    name: "a guardrail, which is billed by the text",
    answers: converseAnswers({ usage: SHORT }),
    model: bedrock({ guardrailConfig: { guardrailIdentifier: "gr-1", guardrailVersion: "1" } }),
    table,
    usd: SHORT_USD,
    between: [SHORT_USD, undefined],
    warnings: [/guardrail/],
  },
  {
    name: "an inference profile of one's own, at the price of its model",
    answers: converseAnswers({ usage: SHORT }),
    model: bedrock({
      applicationInferenceProfile: "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3",
    }),
    table,
    usd: SHORT_USD,
    billed: `amazon_bedrock/${model}`,
  },
  {
    name: "a stream without `streamUsage`, which has its usage all the same",
    answers: { stream: converseAnswers({ usage: { ...CACHED, cacheDetails: CACHE_DETAILS } }).stream },
    model: bedrock({ streamUsage: false }),
    table,
    usd: "0.0245388", // as above
  },
  {
    // Streams of OpenAI's models count cached input twice: https://github.com/maximhq/bifrost/pull/6942
    name: "cached input that may be counted twice",
    answers: {
      stream: converseAnswers({
        usage: { inputTokens: 4995, outputTokens: 19, totalTokens: 10007, cacheWriteInputTokens: 4993 },
      }).stream,
    },
    model: bedrock({ model: "openai.gpt-5.6" }),
    table: definePriceTable([{ ...row, model: "openai.gpt-5.6" }]),
    usd: "0.020916225", // 2 x 3.30 + 4993 x 4.125 + 19 x 16.50 = 20916.225 per million
    between: ["0.020916225", undefined],
    warnings: [/twice/],
  },
  {
    name: "parts that are not their sum",
    answers: converseAnswers({ usage: { ...SHORT, totalTokens: 144 } }),
    model: bedrock(),
    table,
    usd: "0.002046", // 25 x 3.30 + 119 x 16.50 = 2046 per million: what is in the total alone is billed as output
    warnings: [/total_tokens/],
  },
  {
    // The package makes zeros of what is not there, when it streams.
    name: "no usage",
    answers: converseAnswers({}),
    model: bedrock(),
    table,
    usd: undefined,
    warnings: [/usage/],
  },
  {
    name: "events of core's own",
    answers: { events: converseAnswers({ usage: SHORT }).stream },
    model: bedrock(),
    table,
    usd: SHORT_USD,
    billed: `amazon_bedrock/${model}`,
  },
  {
    name: "events of core's own, which hide how long cache writes are kept",
    answers: { events: converseAnswers({ usage: { ...CACHED, cacheDetails: CACHE_DETAILS } }).stream },
    model: bedrock(),
    table,
    usd: "0.0195888", // as above
    between: ["0.0195888", undefined],
    warnings: [/hidden/],
  },
  {
    name: "a stream that ends before its usage",
    answers: { stream: converseStream(converseFrames({}).slice(0, -1)) },
    model: bedrock(),
    table,
    usd: undefined,
    warnings: [/usage/],
  },
  {
    name: "a stream that breaks off",
    answers: { stream: converseStream([...converseFrames({ usage: SHORT }).slice(0, 2), cut]) },
    model: bedrock(),
    table,
    fails: /aborted/,
    usd: undefined,
    warnings: [/usage/],
  },
  {
    name: "an exception in the middle of a stream",
    answers: {
      stream: converseStream([
        ...converseFrames({ usage: SHORT }).slice(0, 2),
        eventFrame("modelStreamErrorException", { message: "The model stopped." }, "exception"),
      ]),
    },
    model: bedrock(),
    table,
    fails: /The model stopped/,
    usd: undefined,
    warnings: [/usage/],
  },
  {
    name: "a negative count",
    answers: converseAnswers({ usage: { ...SHORT, inputTokens: -5 } }),
    model: bedrock(),
    table,
    usd: undefined,
    warnings: [/-5/],
  },
  {
    name: "a count that is a text",
    answers: converseAnswers({ usage: { ...SHORT, outputTokens: "many" } }),
    model: bedrock(),
    table,
    usd: undefined,
    warnings: [/many/],
  },
]);
