import { ChatDeepSeek, type ChatDeepSeekInput } from "@langchain/deepseek";
import { definePriceTable } from "../../src/callbacks.js";
import { cut } from "../support/wire_script.js";
import { chatCompletion, inAllWays } from "./chat_completions.js";
import { atHost } from "./other_hosts.js";
import { testReports, type Report } from "./reports.js";

const model = "deepseek-chat";
const rates = { inputUsdPerMillion: "0.28", cachedInputUsdPerMillion: "0.028", outputUsdPerMillion: "0.42" };
const table = definePriceTable([
  { provider: "deepseek", model: [model, "deepseek-reasoner"], ...rates },
  { provider: "openai", model, inputUsdPerMillion: "99", outputUsdPerMillion: "99" },
]);

/** DeepSeek says what its cache read in two ways, and streams the usage on the last event with a choice. */
const USAGE = {
  prompt_tokens: 1600,
  completion_tokens: 90,
  total_tokens: 1690,
  prompt_tokens_details: { cached_tokens: 1024 },
  prompt_cache_hit_tokens: 1024,
  prompt_cache_miss_tokens: 576,
};
const { prompt_tokens_details: _, ...WITHOUT_DETAILS } = USAGE;
const place = "last choice";

function chat(fields: Partial<ChatDeepSeekInput> = {}): Report["model"] {
  return (url) =>
    new ChatDeepSeek({ model, apiKey: "k", maxRetries: 0, ...atHost("https://api.deepseek.com", url), ...fields });
}

const base = {
  model: chat(),
  table,
  usd: "0.000227752", // 576 x 0.28 + 1024 x 0.028 + 90 x 0.42 = 227.752
  inputTokens: 1600,
  outputTokens: 90,
  billed: `deepseek/${model}`,
  totals: { cachedInputTokens: 1024 },
} satisfies Partial<Report>;

testReports([
  { ...base, name: "cached input", answers: inAllWays({ model, usage: USAGE, place }) },
  {
    ...base,
    name: "cached input in DeepSeek's own words only",
    answers: chatCompletion({ model, usage: WITHOUT_DETAILS, place }),
  },
  {
    ...base,
    name: "behind an address of one's own",
    model: (url) => chat({ configuration: { baseURL: url } })(url),
    answers: inAllWays({ model, usage: USAGE, place }),
  },
  {
    ...base,
    name: "reasoning inside the output",
    model: chat({ model: "deepseek-reasoner" }),
    billed: "deepseek/deepseek-reasoner",
    answers: inAllWays({
      model: "deepseek-reasoner",
      usage: { ...USAGE, completion_tokens_details: { reasoning_tokens: 64 } },
      message: { reasoning_content: "Hm" },
      place,
    }),
    totals: { reasoningTokens: 64 },
  },
  {
    ...base,
    name: "no usage",
    answers: chatCompletion({ model, usage: undefined }),
    usd: undefined,
    inputTokens: 0,
    outputTokens: 0,
    totals: {},
    warnings: [/reported no usage/],
  },
  {
    ...base,
    name: "a stream that broke off",
    answers: { stream: chatCompletion({ model, usage: USAGE, fault: cut }).stream },
    fails: /terminated/,
    usd: undefined,
    inputTokens: 0,
    outputTokens: 0,
    totals: {},
    warnings: [/no usage/],
  },
]);
