import { ChatOpenAI, type ChatOpenAIFields } from "@langchain/openai";
import { definePriceTable } from "../../src/callbacks.js";
import { cut } from "../support/wire_script.js";
import { chatCompletion, inAllWays, type UsagePlace } from "./chat_completions.js";
import { atHost } from "./other_hosts.js";
import { testReports, type Report } from "./reports.js";

const model = "gpt-5";
const served = "gpt-5-2025-08-07";
const rates = { inputUsdPerMillion: "1.25", cachedInputUsdPerMillion: "0.125", outputUsdPerMillion: "10" };
const table = definePriceTable([
  {
    provider: "openai",
    model,
    ...rates,
    cacheWriteUsdPerMillion: "2",
    priority: { inputUsdPerMillion: "2.5", outputUsdPerMillion: "20" },
    serviceTiers: { flex: { inputUsdPerMillion: "0.625", outputUsdPerMillion: "5" } },
  },
  {
    provider: "openai",
    model: "gpt-audio",
    inputUsdPerMillion: "2.5",
    outputUsdPerMillion: "10",
    inputAudioUsdPerMillion: "32",
    outputAudioUsdPerMillion: "64",
  },
]);

const COUNTS = { prompt_tokens: 1600, completion_tokens: 90, total_tokens: 1690 };
const USD = "0.0029"; // 1600 x 1.25 + 90 x 10 = 2900
const CACHED = { ...COUNTS, prompt_tokens_details: { cached_tokens: 1024, audio_tokens: 0 } };
const CACHED_USD = "0.001748"; // 576 x 1.25 + 1024 x 0.125 + 90 x 10 = 1748

/** A model of OpenAI's own: only the host it is told to call tells it from any server with the same API. */
function openai(fields: ChatOpenAIFields = {}): Report["model"] {
  return (url) =>
    new ChatOpenAI({ model, apiKey: "k", maxRetries: 0, ...atHost("https://api.openai.com/v1", url), ...fields });
}

const base = { model: openai(), table, usd: USD, inputTokens: 1600, outputTokens: 90, billed: "openai/gpt-5" };

const counted: Report[] = [
  { ...base, name: "plain", answers: inAllWays({ model: served, usage: COUNTS }) },
  ...(["own event", "last choice", "each event"] satisfies UsagePlace[]).map((place): Report => ({
    ...base,
    name: `cached input, streamed usage on ${place}`,
    answers: inAllWays({ model: served, usage: CACHED, place }),
    usd: CACHED_USD,
    totals: { cachedInputTokens: 1024 },
  })),
  {
    ...base,
    name: "input that a cache wrote",
    // Core's events drop it.
    answers: {
      ...inAllWays({
        model: served,
        usage: { ...COUNTS, prompt_tokens_details: { cached_tokens: 512, cache_write_tokens: 1024 } },
      }),
      events: undefined,
    },
    usd: "0.003092", // 64 x 1.25 + 512 x 0.125 + 1024 x 2 + 90 x 10 = 3092
  },
  {
    ...base,
    name: "reasoning inside the output",
    answers: inAllWays({ model: served, usage: { ...COUNTS, completion_tokens_details: { reasoning_tokens: 64 } } }),
    totals: { reasoningTokens: 64 },
  },
  {
    ...base,
    name: "predicted output that was rejected is output",
    answers: inAllWays({
      model: served,
      usage: {
        ...COUNTS,
        completion_tokens_details: { accepted_prediction_tokens: 10, rejected_prediction_tokens: 30 },
      },
    }),
  },
  {
    ...base,
    name: "two answers to one prompt",
    model: openai({ n: 2 }),
    answers: chatCompletion({ model: served, usage: COUNTS, answers: 2 }),
  },
];

const AUDIO = {
  ...COUNTS,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 100, text_tokens: 1500 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 20, text_tokens: 70 },
};
const audio: Report[] = [
  {
    ...base,
    name: "audio in and out",
    model: openai({ model: "gpt-audio" }),
    answers: inAllWays({ model: "gpt-audio", usage: AUDIO }),
    usd: "0.00893", // 1500 x 2.5 + 100 x 32 + 70 x 10 + 20 x 64 = 8930
    billed: "openai/gpt-audio",
  },
  {
    ...base,
    name: "audio without a price of its own costs at least what text does",
    answers: inAllWays({ model: served, usage: AUDIO }),
    between: [USD, undefined],
    warnings: [/audio input/, /audio output/],
  },
];

const FLEX = "0.00145"; // 1600 x 0.625 + 90 x 5 = 1450
const PRIORITY = "0.0058"; // 1600 x 2.5 + 90 x 20 = 5800
const tiers: Report[] = [
  {
    ...base,
    name: "flex, asked and served",
    model: openai({ service_tier: "flex" }),
    answers: inAllWays({ model: served, usage: COUNTS, top: { service_tier: "flex" } }),
    usd: FLEX,
  },
  {
    ...base,
    name: "the tier that served, not the one that was asked for",
    model: openai({ service_tier: "priority" }),
    // The package drops the tier of an answer that is not streamed.
    answers: { stream: chatCompletion({ model: served, usage: COUNTS, top: { service_tier: "default" } }).stream },
  },
  {
    ...base,
    name: "a tier that is the project's default",
    model: openai({ service_tier: "auto" }),
    answers: { stream: chatCompletion({ model: served, usage: COUNTS, top: { service_tier: "priority" } }).stream },
    usd: PRIORITY,
  },
  {
    ...base,
    name: "priority, with the names that are said once for each answer",
    model: openai({ n: 2, service_tier: "priority" }),
    answers: {
      stream: chatCompletion({ model: served, usage: COUNTS, answers: 2, top: { service_tier: "priority" } }).stream,
    },
    usd: PRIORITY,
  },
  {
    ...base,
    // OpenAI may have served it on the default tier, and the package drops what it says of that.
    name: "priority that was asked for",
    model: openai({ service_tier: "priority" }),
    answers: {
      invoke: chatCompletion({ model: served, usage: COUNTS, top: { service_tier: "priority" } }).invoke,
    },
    usd: PRIORITY,
    warnings: [/`priority`, as was asked for/],
  },
  {
    ...base,
    name: "default is no tier",
    model: openai({ service_tier: "default" }),
    answers: inAllWays({ model: served, usage: COUNTS, top: { service_tier: "default" } }),
  },
  {
    ...base,
    name: "a tier without a price",
    model: openai({ service_tier: "scale" }),
    answers: inAllWays({ model: served, usage: COUNTS, top: { service_tier: "scale" } }),
    usd: undefined,
    warnings: [/`scale`/],
  },
];

const ABSURD = { ...base, usd: undefined, inputTokens: 0, outputTokens: 0 };
const absurd: Report[] = [
  {
    ...ABSURD,
    name: "a negative count",
    answers: inAllWays({ model: served, usage: { prompt_tokens: -5, completion_tokens: 90, total_tokens: 85 } }),
    warnings: [/`-5`/],
  },
  {
    ...ABSURD,
    name: "counts that are text",
    answers: inAllWays({
      model: served,
      usage: { prompt_tokens: "1600", completion_tokens: "90", total_tokens: "1690" },
    }),
    warnings: [/1600/],
  },
  {
    ...base,
    name: "output that only the total counts",
    answers: inAllWays({ model: served, usage: { prompt_tokens: 1600, total_tokens: 1690 } }),
    warnings: [/total/],
  },
  {
    ...base,
    name: "a total below its parts",
    answers: inAllWays({ model: served, usage: { ...COUNTS, total_tokens: 1000 } }),
    warnings: [/1000/],
  },
  {
    ...ABSURD,
    name: "no usage",
    answers: inAllWays({ model: served, usage: undefined }),
    warnings: [/reported no usage/],
  },
  {
    ...ABSURD,
    name: "a stream that asked for no usage",
    model: openai({ streamUsage: false }),
    answers: { stream: chatCompletion({ model: served, usage: undefined }).stream },
    warnings: [/reported no usage/],
  },
  {
    ...ABSURD,
    name: "a stream that broke off",
    answers: { stream: chatCompletion({ model: served, usage: COUNTS, fault: cut }).stream },
    fails: /terminated/,
    warnings: [/no usage/],
  },
];

testReports([...counted, ...audio, ...tiers, ...absurd]);
