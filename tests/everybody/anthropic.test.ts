import { ChatAnthropic, tools } from "@langchain/anthropic";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { definePriceTable } from "../../src/callbacks.js";
import {
  anthropicAnswers,
  anthropicEvents,
  anthropicStream,
  type AnthropicAnswer,
  type AnthropicEvent,
  type Block,
} from "../support/anthropic_answers.js";
import { cut } from "../support/wire_script.js";
import { claudeAt } from "./claude_at.js";
import { testReports, type Report } from "./reports.js";

type Fields = NonNullable<ConstructorParameters<typeof ChatAnthropic>[0]>;

const model = "claude-sonnet-4-5";

/** A model of Anthropic's that calls `url`. */
function claude(fields: Partial<Exclude<Fields, string>> = {}): Report["model"] {
  return (url) => new ChatAnthropic({ model, apiKey: "k", anthropicApiUrl: url, maxRetries: 0, ...fields });
}

const webSearch: Report["model"] = (url) =>
  new ChatAnthropic({ model, apiKey: "k", anthropicApiUrl: url, maxRetries: 0 }).bindTools([
    tools.webSearch_20250305(),
  ]) as unknown as BaseChatModel; // a model with its options bound: what can be called of it is the same

const rates = {
  inputUsdPerMillion: "3",
  cachedInputUsdPerMillion: "0.30",
  cacheWriteUsdPerMillion: "3.75",
  outputUsdPerMillion: "15",
};
const row = { provider: "anthropic", model, ...rates };
const table = definePriceTable([{ ...row, cacheWrite1hUsdPerMillion: "6", webSearchUsdPerThousand: "10" }]);
const tokensOnly = definePriceTable([row]);
const tiers = definePriceTable([
  {
    ...row,
    serviceTiers: {
      priority: { inputUsdPerMillion: "6", outputUsdPerMillion: "30" },
      fast: { inputUsdPerMillion: "18", outputUsdPerMillion: "90" },
    },
  },
]);

const UNCACHED = {
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
};
const SHORT = { input_tokens: 25, ...UNCACHED, output_tokens: 19, service_tier: "standard" };
const SHORT_USD = "0.00036"; // 25 x 3 + 19 x 15 = 360 per million
const CACHED = {
  input_tokens: 21,
  cache_creation_input_tokens: 3000,
  cache_read_input_tokens: 2000,
  cache_creation: { ephemeral_5m_input_tokens: 1000, ephemeral_1h_input_tokens: 2000 },
  output_tokens: 393,
  service_tier: "standard",
};

function searched(content: unknown): Block[] {
  const id = "srvtoolu_01WYG3ziw53XMcoyKL4XcZmE";
  return [
    { type: "server_tool_use", id, name: "web_search", input: { query: "tides" } },
    { type: "web_search_tool_result", tool_use_id: id, content },
  ];
}
const FOUND = [
  { type: "web_search_result", url: "https://a.test", title: "A", encrypted_content: "e", page_age: null },
];
const FAILED = { type: "web_search_tool_result_error", error_code: "max_uses_exceeded" };
const SEARCHES: Block[] = [
  ...searched(FOUND),
  ...searched(FOUND),
  ...searched(FAILED),
  { type: "text", text: "Twice a day." },
];
const SEARCHED = {
  ...SHORT,
  input_tokens: 10682,
  output_tokens: 510,
  server_tool_use: { web_search_requests: 2, web_fetch_requests: 3 },
};
const BEFORE_SEARCHING = { ...SHORT, input_tokens: 2679, output_tokens: 3 };

const COMPACTED = {
  ...SHORT,
  input_tokens: 23000,
  output_tokens: 1000,
  iterations: [
    { type: "compaction", ...UNCACHED, input_tokens: 180000, cache_read_input_tokens: 5000, output_tokens: 3500 },
    { type: "message", ...UNCACHED, model, input_tokens: 23000, output_tokens: 1000 },
  ],
};
const SUMMARY: Block[] = [
  { type: "compaction", content: "They asked about tides." },
  { type: "text", text: "Twice a day." },
];

/** The answer in one piece alone, where a stream hides some of it. */
function whole(answer: AnthropicAnswer): Report["answers"] {
  return { invoke: anthropicAnswers(answer).invoke };
}

/** The streams alone. */
function streams(answer: AnthropicAnswer): Report["answers"] {
  const { stream, chunks } = anthropicAnswers(answer);
  return { stream, chunks };
}

function streamsOf(events: readonly AnthropicEvent[]): Report["answers"] {
  const stream = anthropicStream(events);
  return { stream, chunks: stream, events: stream };
}

testReports([
  {
    // The stream's first usage counts one output token of the nineteen already, which the package adds to them.
    name: "a plain answer",
    answers: anthropicAnswers({ usage: SHORT }),
    model: claude(),
    table,
    usd: SHORT_USD,
    inputTokens: 25,
    outputTokens: 19,
    billed: `anthropic/${model}`,
  },
  {
    name: "a stream's output where its first event counts many tokens",
    answers: streams({ usage: { output_tokens: 19 }, started: { ...SHORT, output_tokens: 8 } }),
    model: claude(),
    table,
    usd: SHORT_USD,
    outputTokens: 19,
  },
  {
    name: "a plain answer as events of core's own",
    answers: { events: anthropicAnswers({ usage: SHORT }).stream },
    model: claude(),
    table,
    usd: SHORT_USD,
    outputTokens: 19,
  },
  {
    // Core's events have no place for what else Anthropic says: the tier is hidden too, and the model that served.
    name: "cache writes as events of core's own, which hide how long they are kept",
    answers: { events: anthropicAnswers({ usage: CACHED }).stream },
    model: claude(),
    table,
    usd: "0.017808", // 21 x 3 + 2000 x 0.30 + 3000 x 3.75 + 393 x 15 = 17808 per million
    between: ["0.017808", undefined],
    warnings: [/hidden/],
  },
  {
    name: "a stream behind `streaming: true`",
    answers: { invoke: anthropicAnswers({ usage: SHORT }).stream },
    model: claude({ streaming: true }),
    table,
    usd: SHORT_USD,
    outputTokens: 19,
  },
  {
    name: "cache reads, writes for five minutes and for an hour",
    answers: anthropicAnswers({ usage: CACHED }),
    model: claude(),
    table,
    usd: "0.022308", // 21 x 3 + 2000 x 0.30 + 1000 x 3.75 + 2000 x 6 + 393 x 15 = 22308 per million
    inputTokens: 5021,
    outputTokens: 393,
  },
  {
    name: "an hour's writes without a price of their own",
    answers: anthropicAnswers({ usage: CACHED }),
    model: claude(),
    table: tokensOnly,
    usd: "0.017808", // 21 x 3 + 2000 x 0.30 + 3000 x 3.75 + 393 x 15 = 17808 per million
    between: ["0.017808", undefined],
    warnings: [/hour/],
  },
  {
    // As on turns with web searches: https://github.com/anthropics/anthropic-sdk-java/issues/353
    name: "cache writes that are in neither of the two counts",
    answers: anthropicAnswers({ usage: { ...CACHED, cache_creation: UNCACHED.cache_creation } }),
    model: claude(),
    table,
    usd: "0.017808", // as above
    between: ["0.017808", undefined],
    warnings: [/cache/],
  },
  {
    name: "web searches, with their results among the input",
    answers: whole({ usage: SEARCHED, content: SEARCHES }),
    model: webSearch,
    table,
    usd: "0.059696", // 10682 x 3 + 510 x 15 + 2 x 10000 = 59696 per million; pages that are fetched cost nothing
  },
  {
    // The package drops what the end of the stream counts: all searches, and the input that they found.
    name: "web searches in a stream, which hides what they found",
    answers: streams({ usage: SEARCHED, started: BEFORE_SEARCHING, content: SEARCHES }),
    model: webSearch,
    table,
    usd: "0.035687", // 2679 x 3 + 510 x 15 + 2 x 10000 = 35687 per million: the search that failed is free
    between: ["0.035687", undefined],
    warnings: [/stream/],
  },
  {
    name: "web searches without a price",
    answers: whole({ usage: SEARCHED, content: SEARCHES }),
    model: webSearch,
    table: tokensOnly,
    usd: "0.039696", // 10682 x 3 + 510 x 15 = 39696 per million
    between: ["0.039696", undefined],
    warnings: [/search/],
  },
  {
    name: "code that the server executes, which no usage counts",
    answers: whole({
      usage: SHORT,
      content: [
        { type: "server_tool_use", id: "srvtoolu_2", name: "bash_code_execution", input: { command: "cal" } },
        {
          type: "bash_code_execution_tool_result",
          tool_use_id: "srvtoolu_2",
          content: { type: "bash_code_execution_result", stdout: "", stderr: "", return_code: 0, content: [] },
        },
        { type: "text", text: "Hello" },
      ],
    }),
    model: claude(),
    table,
    usd: SHORT_USD,
    between: [SHORT_USD, undefined],
    warnings: [/code executions/],
  },
  {
    name: "thoughts, which are part of the output",
    answers: anthropicAnswers({
      usage: { ...SHORT, output_tokens: 300, output_tokens_details: { thinking_tokens: 250 } },
      content: [
        { type: "thinking", thinking: "Hm.", signature: "c2ln" },
        { type: "text", text: "Hello" },
      ],
    }),
    model: claude({ thinking: { type: "enabled", budget_tokens: 2000 } }),
    table,
    usd: "0.004575", // 25 x 3 + 300 x 15 = 4575 per million
    outputTokens: 300,
  },
  {
    name: "how much of the output was thought",
    answers: whole({ usage: { ...SHORT, output_tokens: 300, output_tokens_details: { thinking_tokens: 250 } } }),
    model: claude(),
    table,
    usd: "0.004575", // as above
    totals: { reasoningTokens: 250 },
  },
  {
    name: "the priority tier",
    answers: anthropicAnswers({ usage: { ...SHORT, service_tier: "priority" } }),
    model: claude({ invocationKwargs: { service_tier: "auto" } }),
    table: tiers,
    usd: "0.00072", // 25 x 6 + 19 x 30 = 720 per million
  },
  {
    name: "the standard tier, where priority was asked for if there is any",
    answers: anthropicAnswers({ usage: SHORT }),
    model: claude({ invocationKwargs: { service_tier: "auto" } }),
    table: tiers,
    usd: SHORT_USD,
  },
  {
    name: "a tier without a price",
    answers: anthropicAnswers({ usage: { ...SHORT, service_tier: "priority" } }),
    model: claude(),
    table,
    usd: undefined,
    warnings: [/priority/i],
  },
  {
    name: "fast mode",
    answers: anthropicAnswers({ usage: { ...SHORT, speed: "fast" } }),
    model: claude({ invocationKwargs: { speed: "fast" } }),
    table: tiers,
    usd: "0.00216", // 25 x 18 + 19 x 90 = 2160 per million
  },
  {
    name: "fast mode without a price",
    answers: anthropicAnswers({ usage: { ...SHORT, speed: "fast" } }),
    model: claude(),
    table,
    usd: undefined,
    warnings: [/fast/],
  },
  {
    name: "fast mode that was asked for and not given",
    answers: anthropicAnswers({ usage: { ...SHORT, speed: "standard" } }),
    model: claude({ invocationKwargs: { speed: "fast" } }),
    table,
    usd: SHORT_USD,
  },
  {
    // Billed 1.1 times, which no row says.
    name: "inference in the United States",
    answers: anthropicAnswers({ usage: { ...SHORT, inference_geo: "us" } }),
    model: claude({ inferenceGeo: "us" }),
    table,
    usd: SHORT_USD,
    between: [SHORT_USD, undefined],
    warnings: [/inference_geo/],
  },
  {
    name: "inference anywhere",
    answers: anthropicAnswers({ usage: { ...SHORT, inference_geo: "global" } }),
    model: claude(),
    table,
    usd: SHORT_USD,
  },
  {
    name: "a compaction, whose tokens are counted apart",
    answers: whole({ usage: COMPACTED, content: SUMMARY }),
    model: claude({ contextManagement: { edits: [{ type: "compact_20260112" }] } }),
    table,
    usd: "0.678", // 203000 x 3 + 5000 x 0.30 + 4500 x 15 = 678000 per million
    inputTokens: 208000,
    outputTokens: 4500,
  },
  {
    name: "a compaction in a stream, which hides its tokens",
    answers: streams({ usage: COMPACTED, content: SUMMARY }),
    model: claude({ contextManagement: { edits: [{ type: "compact_20260112" }] } }),
    table,
    usd: "0.084", // 23000 x 3 + 1000 x 15 = 84000 per million
    between: ["0.084", undefined],
    warnings: [/compaction/],
  },
  {
    name: "advice of another model, at a price of its own",
    answers: whole({
      usage: {
        ...SHORT,
        iterations: [
          { type: "message", model, ...SHORT },
          { type: "advisor_message", model: "claude-opus-4-6", ...UNCACHED, input_tokens: 900, output_tokens: 300 },
        ],
      },
    }),
    model: claude(),
    table,
    usd: SHORT_USD,
    between: [SHORT_USD, undefined],
    warnings: [/claude-opus-4-6/],
  },
  {
    // As DeepSeek's, Z.ai's and other gateways' endpoints of this API do: https://github.com/zai-org/GLM-5/issues/139
    name: "a stream that counts its input at the end, where the package does not look",
    answers: streams({
      usage: { input_tokens: 14, cache_read_input_tokens: 128, output_tokens: 19 },
      started: { input_tokens: 0, output_tokens: 0 },
    }),
    model: claude(),
    table,
    usd: "0.000285", // 19 x 15 = 285 per million
    between: ["0.000285", undefined],
    warnings: [/input/],
  },
  {
    name: "what OpenRouter says that it bills",
    answers: anthropicAnswers({ usage: { ...SHORT, cost: 0.00123 } }),
    model: claudeAt("https://openrouter.ai/api", model),
    usd: "0.00123",
    billed: `openrouter/${model}`,
  },
  {
    name: "what OpenRouter says that it bills, beside the bill of one's own key",
    answers: whole({
      usage: { ...SHORT, cost: 0.0001, is_byok: true, cost_details: { upstream_inference_cost: 0.002 } },
    }),
    model: claudeAt("https://openrouter.ai/api", model),
    usd: "0.0021", // 0.0001 + 0.002
  },
  {
    name: "a stream whose start counts no output",
    answers: streams({ usage: SHORT, started: { input_tokens: 25 } }),
    model: claude(),
    table,
    usd: SHORT_USD,
    outputTokens: 19,
  },
  {
    name: "a stream without usage, as it was asked for",
    answers: streams({ usage: CACHED }),
    model: claude({ streamUsage: false }),
    table,
    usd: undefined,
    warnings: [/usage/],
  },
  {
    // The package fails on a stream that starts without usage: that run has no answer to count.
    name: "no usage",
    answers: whole({ usage: null }),
    model: claude(),
    table,
    usd: undefined,
    warnings: [/usage/],
  },
  {
    name: "a stream whose end has no counts",
    answers: streams({ usage: {}, started: SHORT }),
    model: claude(),
    table,
    usd: "0.00036", // what was counted when it began
    between: ["0.00036", undefined],
    warnings: [/output/],
  },
  {
    name: "a stream that breaks off, after its start has counted the input",
    answers: { stream: anthropicStream([...anthropicEvents({ usage: CACHED }).slice(0, 3), cut]) },
    model: claude(),
    table,
    fails: /terminated/,
    usd: "0.016428", // 21 x 3 + 2000 x 0.30 + 1000 x 3.75 + 2000 x 6 + 1 x 15 = 16428 per million
    between: ["0.009678", undefined], // 3021 x 3 + 2000 x 0.30 + 1 x 15: an estimate that knows of cached input alone
    totals: { estimatedCalls: 1 },
    warnings: [/TypeError/],
  },
  {
    name: "counts that a stream repeats and raises",
    answers: streamsOf([
      ...anthropicEvents({ usage: SHORT }).slice(0, -2),
      { type: "message_delta", delta: { stop_reason: null }, usage: { output_tokens: 7 } },
      ...anthropicEvents({ usage: SHORT }).slice(-2),
    ]),
    model: claude(),
    table,
    usd: SHORT_USD,
    outputTokens: 19,
  },
  {
    name: "a stream that ends before its last count, politely",
    answers: streamsOf(anthropicEvents({ usage: SHORT }).slice(0, -2)),
    model: claude(),
    table,
    usd: "0.00009", // 25 x 3 + 1 x 15 = 90 per million: what was counted when it began
    between: ["0.00009", undefined],
    warnings: [/output/],
  },
  {
    name: "a negative count at the end of a stream",
    answers: streamsOf(anthropicEvents({ usage: { output_tokens: -5 }, started: SHORT })),
    model: claude(),
    table,
    usd: undefined,
    warnings: [/-5/],
  },
  {
    name: "counts of a stream that fall",
    answers: streamsOf(anthropicEvents({ usage: { output_tokens: 7 }, started: SHORT })),
    model: claude(),
    table,
    usd: SHORT_USD,
    warnings: [/fall/],
  },
  {
    name: "a negative count",
    answers: anthropicAnswers({ usage: { ...SHORT, input_tokens: -5 } }),
    model: claude(),
    table,
    usd: undefined,
    warnings: [/-5/],
  },
  {
    name: "a negative count among the cache's",
    answers: anthropicAnswers({
      usage: { ...CACHED, cache_creation: { ephemeral_5m_input_tokens: 4000, ephemeral_1h_input_tokens: -1000 } },
    }),
    model: claude(),
    table,
    usd: undefined,
    warnings: [/-1000/],
  },
  {
    name: "a count that is a text",
    answers: anthropicAnswers({ usage: { ...SHORT, output_tokens: "many" } }),
    model: claude(),
    table,
    usd: undefined,
    warnings: [/many/],
  },
]);
