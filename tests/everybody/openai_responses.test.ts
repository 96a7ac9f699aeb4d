import { ChatOpenAI, type ChatOpenAICallOptions, type ChatOpenAIFields } from "@langchain/openai";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { definePriceTable } from "../../src/callbacks.js";
import { atHost } from "./other_hosts.js";
import { testReports, type Report } from "./reports.js";
import { modelResponse, webSearch } from "./responses_api.js";

const model = "gpt-5";
const served = "gpt-5-2025-08-07";
const rates = { inputUsdPerMillion: "1.25", cachedInputUsdPerMillion: "0.125", outputUsdPerMillion: "10" };
const flex = { inputUsdPerMillion: "0.625", cachedInputUsdPerMillion: "0.0625", outputUsdPerMillion: "5" };
const row = { provider: "openai", model, ...rates, serviceTiers: { flex } };
const tokensOnly = definePriceTable([row]);
const table = definePriceTable([
  { ...row, webSearchUsdPerThousand: "10", storageSearchUsdPerThousand: "2.5", codeExecutionUsdPerThousand: "30" },
]);

const USAGE = {
  input_tokens: 2000,
  input_tokens_details: { cached_tokens: 1024 },
  output_tokens: 300,
  output_tokens_details: { reasoning_tokens: 128 },
  total_tokens: 2300,
};
const USD = "0.004348"; // 976 x 1.25 + 1024 x 0.125 + 300 x 10 = 4348

const SEARCHED = [
  { id: "rs_1", type: "reasoning", summary: [] },
  webSearch("ws_1", { type: "search", query: "tides", sources: [] }),
  webSearch("ws_2", { type: "open_page", url: "https://example.org" }),
  webSearch("ws_3", { type: "find_in_page", url: "https://example.org", pattern: "moon" }),
  webSearch("ws_4", { type: "search", query: "moon", sources: [] }),
];
const code = (id: string) => ({
  id,
  type: "code_interpreter_call",
  status: "completed",
  code: "1+1",
  container_id: "cntr_1",
  outputs: [],
});

function responses(fields: ChatOpenAIFields = {}, options?: Partial<ChatOpenAICallOptions>): Report["model"] {
  return (url) => {
    const chat = new ChatOpenAI({
      model,
      apiKey: "k",
      useResponsesApi: true,
      maxRetries: 0,
      ...atHost("https://api.openai.com/v1", url),
      ...fields,
    });
    // A model with its options bound: what can be called of it is the same.
    return options === undefined ? chat : (chat.withConfig(options) as unknown as BaseChatModel);
  };
}

const base = {
  model: responses(),
  table,
  usd: USD,
  inputTokens: 2000,
  outputTokens: 300,
  billed: "openai/gpt-5",
};

/** An answer whose parts are on its message; core's events have them not. */
function withParts(response: Parameters<typeof modelResponse>[0]): Report["answers"] {
  const { events: _, ...answers } = modelResponse(response);
  return answers;
}

testReports([
  {
    ...base,
    name: "cached input and reasoning",
    answers: modelResponse({ model: served, usage: USAGE }),
    totals: { cachedInputTokens: 1024, reasoningTokens: 128 },
  },
  {
    ...base,
    name: "input that a cache wrote",
    table: definePriceTable([{ ...row, cacheWriteUsdPerMillion: "2" }]),
    answers: modelResponse({
      model: served,
      usage: { ...USAGE, input_tokens_details: { cached_tokens: 1024, cache_write_tokens: 512 } },
    }),
    usd: "0.004732", // 464 x 1.25 + 1024 x 0.125 + 512 x 2 + 300 x 10 = 4732
  },
  {
    ...base,
    name: "the tier that served",
    model: responses({ service_tier: "auto" }),
    answers: withParts({ model: served, usage: USAGE, top: { service_tier: "flex" } }),
    usd: "0.002174", // 976 x 0.625 + 1024 x 0.0625 + 300 x 5 = 2174
  },
  {
    ...base,
    name: "searches of the web, but not pages that were opened",
    answers: withParts({ model: served, usage: USAGE, items: SEARCHED }),
    usd: "0.024348", // 4348 per million, and 2 searches at 0.01
  },
  {
    ...base,
    name: "searches of files",
    answers: withParts({
      model: served,
      usage: USAGE,
      items: [{ id: "fs_1", type: "file_search_call", status: "completed", queries: ["tides"], results: null }],
    }),
    usd: "0.006848", // 4348 per million, and 1 search at 0.0025
  },
  {
    ...base,
    name: "two runs of code in one container",
    answers: withParts({ model: served, usage: USAGE, items: [code("ci_1"), code("ci_2")] }),
    usd: "0.034348", // 4348 per million, and 1 container at 0.03
  },
  {
    ...base,
    name: "a search without a price",
    table: tokensOnly,
    answers: withParts({ model: served, usage: USAGE, items: SEARCHED }),
    between: [USD, undefined],
    warnings: [/search/],
  },
  {
    ...base,
    name: "a tool that bills what the response does not count",
    answers: withParts({
      model: served,
      usage: USAGE,
      items: [{ id: "ig_1", type: "image_generation_call", status: "completed", result: null }],
    }),
    between: [USD, undefined],
    warnings: [/`image_generation_call`/],
  },
  {
    ...base,
    name: "more searches than the parts show",
    answers: {
      stream: modelResponse({
        model: served,
        usage: USAGE,
        items: SEARCHED,
        top: { tool_usage: { web_search: { num_requests: 3 } } },
      }).stream,
    },
    usd: "0.024348", // as above
    between: ["0.024348", undefined],
    warnings: [/3 searches/],
  },
  {
    ...base,
    name: "a search that was offered and not used",
    model: responses({}, { tools: [{ type: "web_search_preview" }] }),
    answers: withParts({ model: served, usage: USAGE }),
  },
  {
    ...base,
    name: "tools that were offered to a call whose parts nobody hands on",
    model: responses({}, { tools: [{ type: "web_search_preview" }] }),
    answers: { events: modelResponse({ model: served, usage: USAGE, items: SEARCHED }).events },
    between: [USD, undefined],
    warnings: [/search/],
  },
  {
    ...base,
    name: "an answer in the background has no usage yet",
    answers: modelResponse({ model: served, usage: null, top: { status: "queued", background: true } }),
    usd: undefined,
    inputTokens: 0,
    outputTokens: 0,
    warnings: [/no usage/],
  },
  {
    ...base,
    name: "a stream's answer that was cut short by its limit",
    answers: modelResponse({
      model: served,
      usage: USAGE,
      top: { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } },
    }),
  },
  {
    ...base,
    name: "xAI's own figure, which only a stream hands on",
    model: (url) => responses({ ...atHost("https://api.x.ai/v1", url), model: "grok-4.3" })(url),
    answers: {
      stream: modelResponse({
        model: "grok-4.3",
        usage: { ...USAGE, num_server_side_tools_used: 3, cost_in_usd_ticks: 318319000 },
      }).stream,
    },
    usd: "0.0318319", // 318319000 ticks of 10^-10
    billed: "xai/grok-4.3",
  },
]);
