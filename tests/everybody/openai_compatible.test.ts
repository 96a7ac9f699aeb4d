import { ChatOpenAI, type ChatOpenAIFields } from "@langchain/openai";
import { definePriceTable } from "../../src/callbacks.js";
import { chatCompletion } from "./chat_completions.js";
import { atHost } from "./other_hosts.js";
import { testReports, type Report } from "./reports.js";
import { modelResponse, webSearch } from "./responses_api.js";

const model = "some-model";
const rates = {
  inputUsdPerMillion: "1",
  cachedInputUsdPerMillion: "0.1",
  cacheWriteUsdPerMillion: "1.25",
  outputUsdPerMillion: "4",
};
const table = definePriceTable([
  { model, ...rates },
  { provider: "openai", model: "gpt-4o-search-preview", ...rates, webSearchUsdPerThousand: "25" },
]);

function at(baseURL: string, fields: ChatOpenAIFields = {}): Report["model"] {
  return (url) => new ChatOpenAI({ model, apiKey: "k", maxRetries: 0, ...atHost(baseURL, url), ...fields });
}

const COUNTS = { prompt_tokens: 1600, completion_tokens: 90, total_tokens: 1690 };
const USD = "0.00196"; // 1600 x 1 + 90 x 4 = 1960
const CACHED_USD = "0.0010384"; // 576 x 1 + 1024 x 0.1 + 90 x 4 = 1038.4
const base = { model: at("https://llm.example.com/v1"), table, usd: USD, inputTokens: 1600, outputTokens: 90 };

const research = "sonar-deep-research";
const RESEARCHED = {
  prompt_tokens: 108,
  completion_tokens: 3256,
  total_tokens: 3364,
  citation_tokens: 7299,
  num_search_queries: 74,
  reasoning_tokens: 73248,
};

/** What servers of others say of the same tokens in words of their own. */
const words: Report[] = [
  {
    ...base,
    name: "Moonshot's and Together's cached tokens, beside the other counts",
    answers: chatCompletion({ model, usage: { ...COUNTS, cached_tokens: 1024 }, place: "last choice" }),
    usd: CACHED_USD,
    totals: { cachedInputTokens: 1024 },
  },
  {
    ...base,
    name: "LiteLLM's counts of Claude's cache, which its input has in it",
    answers: chatCompletion({
      model,
      usage: {
        ...COUNTS,
        prompt_tokens_details: { cached_tokens: 1024, cache_creation_tokens: 512 },
        cache_read_input_tokens: 1024,
        cache_creation_input_tokens: 512,
      },
    }),
    usd: "0.0011664", // 64 x 1 + 1024 x 0.1 + 512 x 1.25 + 90 x 4 = 1166.4
    totals: { cachedInputTokens: 1024 },
  },
  {
    ...base,
    name: "Qwen's tokens that were written to its cache",
    answers: chatCompletion({
      model,
      usage: { ...COUNTS, prompt_tokens_details: { cached_tokens: 0, cache_creation_input_tokens: 1024 } },
    }),
    usd: "0.002216", // 576 x 1 + 1024 x 1.25 + 90 x 4 = 2216
  },
  {
    ...base,
    name: "zeros of a gateway in the words of another API",
    answers: chatCompletion({
      model,
      usage: { ...COUNTS, input_tokens: 0, output_tokens: 0, input_tokens_details: null },
    }),
  },
  {
    ...base,
    name: "zeros of a gateway in the words of the older API",
    model: at("https://llm.example.com/v1", { useResponsesApi: true }),
    answers: modelResponse({
      model,
      usage: {
        input_tokens: 1600,
        output_tokens: 90,
        total_tokens: 1690,
        prompt_tokens: 0,
        completion_tokens: 0,
        prompt_tokens_details: null,
      },
    }),
  },
  {
    ...base,
    name: "an answer without a word",
    answers: chatCompletion({
      model,
      usage: { prompt_tokens: 1600, completion_tokens: 0, total_tokens: 1600 },
      message: { content: "" },
    }),
    usd: "0.0016", // 1600 x 1
    outputTokens: 0,
  },
  {
    ...base,
    name: "words that were not counted, as by a server whose stream has usage at its start alone",
    answers: chatCompletion({ model, usage: { prompt_tokens: 1600, completion_tokens: 0, total_tokens: 1600 } }),
    usd: "0.0016", // 1600 x 1
    between: ["0.0016", undefined],
    outputTokens: 0,
    warnings: [/no output was counted/],
  },
  {
    ...base,
    name: "cached tokens beside the prompt, as the total shows",
    answers: chatCompletion({
      model,
      usage: { ...COUNTS, prompt_tokens: 576, prompt_tokens_details: { cached_tokens: 1024 } },
    }),
    usd: CACHED_USD,
    totals: { cachedInputTokens: 1024 },
    warnings: [/beside the input, as `total_tokens` shows/],
  },
  {
    ...base,
    name: "cached tokens beside the prompt, as their number shows",
    answers: chatCompletion({
      model,
      usage: {
        prompt_tokens: 64,
        completion_tokens: 90,
        total_tokens: 154,
        cache_read_input_tokens: 1024,
        cache_creation_input_tokens: 512,
      },
    }),
    usd: "0.0011664", // 64 x 1 + 1024 x 0.1 + 512 x 1.25 + 90 x 4 = 1166.4
    totals: { cachedInputTokens: 1024 },
    warnings: [/beside the input, which is less/],
  },
  {
    name: "what Perplexity's deep research counts apart",
    model: at("https://api.perplexity.ai", { model: research }),
    table: definePriceTable([
      {
        provider: "perplexity",
        model: research,
        inputUsdPerMillion: "2",
        outputUsdPerMillion: "8",
        reasoningUsdPerMillion: "3",
        citationUsdPerMillion: "2",
        webSearchUsdPerThousand: "5",
      },
    ]),
    answers: chatCompletion({ model: research, usage: RESEARCHED }),
    usd: "0.630606", // 108 x 2 + 3256 x 8 + 73248 x 3 + 7299 x 2 = 260606 per million, 74 x 5 = 370 per thousand
    outputTokens: 83_803,
  },
  {
    ...base,
    name: "reasoning beside the output, as much as was cached",
    answers: chatCompletion({
      model,
      usage: {
        ...COUNTS,
        total_tokens: 1746,
        prompt_tokens_details: { cached_tokens: 56 },
        completion_tokens_details: { reasoning_tokens: 56 },
      },
    }),
    usd: "0.0021336", // 1544 x 1 + 56 x 0.1 + 146 x 4 = 2133.6
    outputTokens: 146,
    totals: { cachedInputTokens: 56 },
    warnings: [/reasoning tokens are counted beside the output/],
  },
  {
    ...base,
    name: "details that are null",
    answers: chatCompletion({
      model,
      usage: { ...COUNTS, prompt_tokens_details: null, completion_tokens_details: null },
    }),
  },
  {
    ...base,
    // Its OpenAI-compatible API leaves thoughts out of `completion_tokens`.
    name: "Gemini's thoughts, in the total alone",
    model: at("https://generativelanguage.googleapis.com/v1beta/openai"),
    answers: chatCompletion({ model, usage: { ...COUNTS, total_tokens: 1890 } }),
    usd: "0.00276", // 1600 x 1 + (90 + 200) x 4 = 2760
    outputTokens: 290,
    warnings: [/total_tokens/],
    billed: `google_genai/${model}`,
  },
  {
    ...base,
    name: "usage on the last choice and on an event of its own",
    answers: {
      stream: chatCompletion({ model, usage: { ...COUNTS, cached_tokens: 1024 }, place: "last choice" }).stream,
    },
    usd: CACHED_USD,
  },
];

const PERPLEXITY = {
  ...COUNTS,
  search_context_size: "low",
  cost: { input_tokens_cost: 0.0016, output_tokens_cost: 0.00036, request_cost: 0.005, total_cost: 0.00696 },
};
const figures: Report[] = [
  {
    ...base,
    name: "Perplexity's sum of what each part cost",
    model: at("https://api.perplexity.ai"),
    answers: chatCompletion({ model, usage: PERPLEXITY, place: "each event" }),
    usd: "0.00696",
    billed: `perplexity/${model}`,
  },
  {
    ...base,
    name: "a cost that was added up from doubles",
    model: at("https://openrouter.ai/api/v1"),
    answers: chatCompletion({ model, usage: { ...COUNTS, cost: 0.30000000000000004 }, place: "last choice" }),
    usd: "0.3",
  },
  {
    ...base,
    name: "a cost below a pico-dollar",
    model: at("https://openrouter.ai/api/v1"),
    answers: chatCompletion({ model, usage: { ...COUNTS, cost: 0.0000123456789012 } }),
    usd: "0.000012345679", // rounded to 12 decimals
  },
];

const searches: Report[] = [
  {
    ...base,
    name: "a model of OpenAI's that always searches",
    model: at("https://api.openai.com/v1", { model: "gpt-4o-search-preview" }),
    answers: chatCompletion({ model: "gpt-4o-search-preview-2025-03-11", usage: COUNTS }),
    usd: "0.02696", // 1960 per million, and 1 search at 0.025
  },
  {
    ...base,
    name: "a search that was offered, and that nobody counts",
    model: at("https://llm.example.com/v1", { modelKwargs: { web_search_options: {} } }),
    answers: chatCompletion({ model, usage: COUNTS }),
    between: [USD, undefined],
    warnings: [/`web_search_options`/],
  },
  {
    ...base,
    name: "a search of one's own server",
    model: at("http://localhost:8000/v1", { useResponsesApi: true }),
    table: undefined,
    answers: modelResponse({
      model,
      usage: { input_tokens: 1600, output_tokens: 90, total_tokens: 1690 },
      items: [webSearch("ws_1", { type: "search", query: "tides" })],
    }),
    usd: "0",
  },
  {
    ...base,
    name: "a search of one's own server that nobody counts",
    model: at("http://localhost:8000/v1", { modelKwargs: { web_search_options: {} } }),
    table: undefined,
    answers: chatCompletion({ model, usage: COUNTS }),
    usd: "0",
  },
  {
    ...base,
    name: "tools of the caller's own",
    model: at("https://llm.example.com/v1", {
      modelKwargs: { tools: [{ type: "function", function: { name: "clock", parameters: {} } }] },
    }),
    answers: chatCompletion({ model, usage: COUNTS }),
  },
];

testReports([...words, ...figures, ...searches]);
