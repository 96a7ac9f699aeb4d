import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { ChatXAI, ChatXAIResponses, type ChatXAIInput } from "@langchain/xai";
import { definePriceTable } from "../../src/callbacks.js";
import { cut } from "../support/wire_script.js";
import { chatCompletion, inAllWays, type UsagePlace } from "./chat_completions.js";
import { testReports, type Report } from "./reports.js";
import { modelResponse, webSearch } from "./responses_api.js";

const model = "grok-4";
const rates = { inputUsdPerMillion: "3", cachedInputUsdPerMillion: "0.75", outputUsdPerMillion: "15" };
const row = { provider: "xai", model, ...rates };
const table = definePriceTable([
  { ...row, webSearchUsdPerThousand: "25" },
  { provider: "openai", model, inputUsdPerMillion: "99", outputUsdPerMillion: "99" },
]);
const tokensOnly = definePriceTable([row]);

/** xAI counts reasoning beside `completion_tokens`: only the total has both. */
function usage(prompt: number, completion: number, reasoning: number, total: number, more: object = {}, cached = 0) {
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: total,
    prompt_tokens_details: { text_tokens: prompt, audio_tokens: 0, image_tokens: 0, cached_tokens: cached },
    completion_tokens_details: {
      reasoning_tokens: reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
    num_sources_used: 0,
    ...more,
  };
}
const APART = usage(32, 9, 94, 135);
/** What is said of reasoning that is counted apart. */
const WORD = /beside the output/;

function chat(fields: Partial<ChatXAIInput> = {}): Report["model"] {
  return (url) => new ChatXAI({ model, apiKey: "k", baseURL: url, maxRetries: 0, ...fields });
}

const base = { model: chat(), table, usd: "0.001641", inputTokens: 32, outputTokens: 103, billed: `xai/${model}` };
const places: readonly UsagePlace[] = ["own event", "last choice", "each event"];

const reasoning: Report[] = places.flatMap((place): Report[] => [
  {
    ...base,
    name: `reasoning apart, streamed usage on ${place}`,
    answers: inAllWays({ model, usage: APART, place }),
    usd: "0.001641", // 32 x 3 + (9 + 94) x 15 = 1641
    totals: { reasoningTokens: 94 },
    warnings: [WORD],
  },
  {
    ...base,
    name: `reasoning apart and more text than that, streamed usage on ${place}`,
    answers: inAllWays({ model, usage: usage(32, 200, 94, 326), place }),
    usd: "0.004506", // 32 x 3 + (200 + 94) x 15 = 4506
    outputTokens: 294,
    warnings: [WORD],
  },
  {
    ...base,
    name: `reasoning inside, streamed usage on ${place}`,
    answers: inAllWays({ model, usage: usage(500, 500, 200, 1000), place }),
    usd: "0.009", // 500 x 3 + 500 x 15 = 9000
    inputTokens: 500,
    outputTokens: 500,
  },
  {
    ...base,
    name: `cached input beside reasoning, streamed usage on ${place}`,
    answers: inAllWays({ model, usage: usage(32, 9, 94, 135, {}, 6), place }),
    usd: "0.0016275", // 26 x 3 + 6 x 0.75 + 103 x 15 = 1627.5
    totals: { cachedInputTokens: 6 },
    warnings: [WORD],
  },
]);

/** A call that xAI billed at 232856000 ticks: both ways come to that. */
const OBSERVED = usage(10120, 1499, 2809, 14428, {}, 128);
const observed: Report = {
  ...base,
  name: "a call whose bill is known",
  answers: inAllWays({ model, usage: OBSERVED }),
  table: definePriceTable([
    {
      provider: "xai",
      model,
      inputUsdPerMillion: "1.25",
      cachedInputUsdPerMillion: "0.20",
      outputUsdPerMillion: "2.50",
    },
  ]),
  usd: "0.0232856", // 9992 x 1.25 + 128 x 0.20 + (1499 + 2809) x 2.50 = 23285.6
  inputTokens: 10120,
  outputTokens: 4308,
  warnings: [WORD],
};

const images: Report = {
  ...base,
  name: "images cost at least what text does",
  answers: chatCompletion({
    model,
    usage: {
      ...APART,
      prompt_tokens_details: { text_tokens: 16, image_tokens: 16, audio_tokens: 0, cached_tokens: 0 },
    },
  }),
  between: ["0.001641", undefined],
  warnings: [/image/, WORD],
};

const BILLED = { cost_in_usd_ticks: 37756000 };
const figures: Report[] = places.map((place) => ({
  ...base,
  name: `xAI's own figure comes first, streamed usage on ${place}`,
  answers: chatCompletion({ model, usage: usage(32, 9, 94, 135, BILLED), place }),
  usd: "0.0037756", // 37756000 ticks of 10^-10
}));

const searches: Report[] = places.flatMap((place): Report[] => [
  {
    ...base,
    name: `sources of a live search, streamed usage on ${place}`,
    model: chat({ searchParameters: { mode: "on" } }),
    answers: chatCompletion({ model, usage: usage(32, 9, 94, 135, { num_sources_used: 3 }), place }),
    usd: "0.076641", // 1641 per million, and 3 sources at 0.025
    warnings: [WORD],
  },
  {
    ...base,
    name: `sources without a price, streamed usage on ${place}`,
    table: tokensOnly,
    answers: chatCompletion({ model, usage: usage(32, 9, 94, 135, { num_sources_used: 3 }), place }),
    between: ["0.001641", undefined],
    warnings: [/search/, WORD],
  },
]);

const absurd: Report[] = [
  {
    ...base,
    name: "a total that is neither with reasoning nor without",
    answers: chatCompletion({ model, usage: usage(32, 9, 94, 100) }),
    // What it counts beyond the parts is 59; the details say 94.
    usd: "0.001506", // 32 x 3 + 94 x 15 = 1506
    between: ["0.001506", undefined],
    outputTokens: 9,
    warnings: [/exceed/, /100/, /lower bound/],
  },
  {
    ...base,
    name: "a stream that broke off",
    answers: { stream: chatCompletion({ model, usage: APART, fault: cut }).stream },
    fails: /terminated/,
    usd: undefined,
    inputTokens: 0,
    outputTokens: 0,
    warnings: [/no usage/],
  },
];

const RESPONSE = {
  input_tokens: 2000,
  input_tokens_details: { cached_tokens: 1024 },
  output_tokens: 300,
  output_tokens_details: { reasoning_tokens: 128 },
  total_tokens: 2300,
  num_sources_used: 0,
  num_server_side_tools_used: 0,
};
const RESPONSE_USD = "0.008196"; // 976 x 3 + 1024 x 0.75 + 300 x 15 = 8196
const other = (url: string) => new ChatXAIResponses({ model, apiKey: "k", baseURL: url, maxRetries: 0 });

const ofResponses = { ...base, model: other, usd: RESPONSE_USD, inputTokens: 2000, outputTokens: 300 };
const responses: Report[] = [
  { ...ofResponses, name: "Responses: cached input and reasoning", answers: modelResponse({ model, usage: RESPONSE }) },
  {
    ...ofResponses,
    // The package names the model twice in one word when it streams.
    name: "Responses: the model that served is priced",
    table: definePriceTable([{ ...row, model: "grok-4-0709" }]),
    answers: modelResponse({ model: "grok-4-0709", usage: RESPONSE }),
  },
  {
    ...ofResponses,
    // The package drops how often they were used, and what xAI says that the call cost.
    name: "Responses: tools that were offered make the cost a lower bound",
    model: (url) => other(url).withConfig({ tools: [{ type: "web_search" }] }) as unknown as BaseChatModel,
    answers: modelResponse({
      model,
      items: [webSearch("ws_1", { type: "search", query: "tides" })],
      usage: { ...RESPONSE, num_server_side_tools_used: 1, cost_in_usd_ticks: 131960000 },
    }),
    between: [RESPONSE_USD, undefined],
    warnings: [/search/],
  },
  {
    ...ofResponses,
    name: "Responses: no usage",
    answers: modelResponse({ model, usage: null }),
    usd: undefined,
    inputTokens: 0,
    outputTokens: 0,
    warnings: [/no usage/],
  },
];

testReports([...reasoning, observed, images, ...figures, ...searches, ...absurd, ...responses]);
