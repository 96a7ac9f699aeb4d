import { ChatAnthropic } from "@langchain/anthropic";
import { ChatOpenAI } from "@langchain/openai";
import { json, sse } from "../support/wire_script.js";
import { testReports, type Report } from "./reports.js";

// OpenRouter and LiteLLM speak Anthropic's language and that of OpenAI's Responses too, with the cost beside the counts.

const MODEL = "acme/some-model";
const COST = { cost: 0.00312, is_byok: false, cost_details: { upstream_inference_cost: 0.00312 } };
const warnings = [/what the server says/];

const counts = { cache_creation_input_tokens: 0, cache_read_input_tokens: 0, service_tier: "standard" };
const message = { id: "gen-1", type: "message", role: "assistant", model: MODEL, stop_sequence: null };
const events = (list: readonly Readonly<Record<string, unknown>>[]) =>
  sse(
    list.map((event) => `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`),
    { done: false },
  );

const claude = (url: string) => new ChatAnthropic({ model: MODEL, apiKey: "k", anthropicApiUrl: url, maxRetries: 0 });
const messages = (bill: object) => ({
  invoke: json(200, {
    ...message,
    content: [{ type: "text", text: "Hello" }],
    stop_reason: "end_turn",
    usage: { input_tokens: 1600, output_tokens: 90, ...counts, ...bill },
  }),
  stream: events([
    {
      type: "message_start",
      message: {
        ...message,
        content: [],
        stop_reason: null,
        usage: { input_tokens: 1600, output_tokens: 1, ...counts },
      },
    },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hello" } },
    { type: "content_block_stop", index: 0 },
    {
      type: "message_delta",
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: { output_tokens: 90, ...bill },
    },
    { type: "message_stop" },
  ]),
});

const response = (status: string, usage: object | null) => ({
  id: "gen-1",
  object: "response",
  created_at: 1764000000,
  status,
  model: MODEL,
  output: [
    {
      type: "message",
      id: "m1",
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text: "Hello", annotations: [] }],
    },
  ],
  usage,
  error: null,
  incomplete_details: null,
});
const used = {
  input_tokens: 1600,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 90,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 1690,
};

const reports: Report[] = [
  { name: "ChatAnthropic before OpenRouter", answers: messages(COST), model: claude, usd: "0.00312", warnings },
  {
    name: "ChatAnthropic before LiteLLM",
    answers: { stream: messages({ cost: 0.0049 }).stream },
    model: claude,
    usd: "0.0049",
    warnings,
  },
  {
    // @langchain/anthropic 1.5.11 hands on of a stream what it cost, and not that a key of one's own was used.
    name: "ChatAnthropic before OpenRouter with one's own key",
    answers: { invoke: messages({ ...COST, cost: 0.000156, is_byok: true }).invoke },
    model: claude,
    usd: "0.003276", // 0.000156 + 0.00312
    warnings,
  },
  {
    // @langchain/openai 1.6.0 drops the usage of what is not streamed, and with it the cost.
    name: "Responses of OpenRouter",
    answers: {
      stream: events([
        { type: "response.created", response: response("in_progress", null), sequence_number: 0 },
        {
          type: "response.output_text.delta",
          item_id: "m1",
          output_index: 0,
          content_index: 0,
          delta: "Hello",
          sequence_number: 1,
        },
        { type: "response.completed", response: response("completed", { ...used, ...COST }), sequence_number: 2 },
      ]),
    },
    model: (url) =>
      new ChatOpenAI({
        model: MODEL,
        apiKey: "k",
        configuration: { baseURL: url },
        useResponsesApi: true,
        maxRetries: 0,
      }),
    usd: "0.00312",
    inputTokens: 1600,
    outputTokens: 90,
    warnings,
  },
];

testReports(reports);
