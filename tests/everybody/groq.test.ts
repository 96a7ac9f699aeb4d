import { ChatGroq } from "@langchain/groq";
import { definePriceTable } from "../../src/callbacks.js";
import { cut, json, sse, type Step } from "../support/wire_script.js";
import { testReports } from "./reports.js";

const model = "openai/gpt-oss-120b";
const table = definePriceTable([
  {
    provider: "groq",
    model,
    inputUsdPerMillion: "0.15",
    cachedInputUsdPerMillion: "0.075",
    outputUsdPerMillion: "0.60",
    serviceTiers: { performance: { inputUsdPerMillion: "0.3", outputUsdPerMillion: "1.2" } },
  },
]);

const COUNTS = {
  queue_time: 0.01,
  prompt_tokens: 1600,
  prompt_time: 0.02,
  completion_tokens: 90,
  completion_time: 0.2,
  total_tokens: 1690,
  total_time: 0.22,
};
const CACHED = { ...COUNTS, prompt_tokens_details: { cached_tokens: 1024 } };
const USD = "0.000294"; // 1600 x 0.15 + 90 x 0.60 = 294

/** Groq's bytes. Its streams have the usage under `x_groq`, and once more on an event of its own if that is asked for. */
function groq(usage: unknown, tier = "on_demand", more: { ownEvent?: object; fault?: Step } = {}) {
  const top = { id: "chatcmpl-1", created: 1764000000, model, system_fingerprint: "fp_1", service_tier: tier };
  const event = (choices: unknown[], fields: object = {}) => ({
    object: "chat.completion.chunk",
    ...top,
    choices,
    ...fields,
  });
  const begun = event(
    [{ index: 0, delta: { role: "assistant", content: "Hello" }, logprobs: null, finish_reason: null }],
    {
      x_groq: { id: "req_1", seed: 1 },
    },
  );
  const ended = event([{ index: 0, delta: {}, logprobs: null, finish_reason: "stop" }], {
    x_groq: { id: "req_1", usage },
  });
  const own = more.ownEvent === undefined ? [] : [event([], { usage, ...more.ownEvent })];
  const stream = more.fault === undefined ? sse([begun, ended, ...own]) : sse([begun, more.fault], { done: false });
  const message = { role: "assistant", content: "Hello" };
  const whole = {
    object: "chat.completion",
    ...top,
    choices: [{ index: 0, message, logprobs: null, finish_reason: "stop" }],
    usage,
    usage_breakdown: null,
    x_groq: { id: "req_1", seed: 1 },
  };
  return { invoke: json(200, whole), stream, chunks: stream, events: stream };
}

const chat = (url: string) => new ChatGroq({ model, apiKey: "k", baseUrl: url, maxRetries: 0 });

const base = { model: chat, table, usd: USD, inputTokens: 1600, outputTokens: 90, billed: `groq/${model}` };
const { events: _, ...cached } = groq(CACHED);
const none = { ...base, usd: undefined, inputTokens: 0, outputTokens: 0 };

testReports([
  { ...base, name: "on_demand is the standard tier", answers: groq(COUNTS) },
  {
    ...base,
    name: "cached input",
    // Core's events drop it.
    answers: cached,
    usd: "0.0002172", // 576 x 0.15 + 1024 x 0.075 + 90 x 0.60 = 217.2
    totals: { cachedInputTokens: 1024 },
  },
  ...[{}, { x_groq: { id: "req_1", usage: CACHED } }].map((ownEvent) => ({
    ...base,
    name: `cached input, and usage on an event of its own as well: ${Object.keys(ownEvent).join() || "bare"}`,
    answers: { stream: groq(CACHED, "on_demand", { ownEvent }).stream },
    usd: "0.0002172", // as above
    totals: { cachedInputTokens: 1024 },
  })),
  {
    ...base,
    name: "reasoning inside the output",
    answers: { ...groq({ ...COUNTS, completion_tokens_details: { reasoning_tokens: 40 } }), events: undefined },
    totals: { reasoningTokens: 40 },
  },
  {
    ...base,
    name: "the tier that served has its own price",
    answers: groq(COUNTS, "performance"),
    usd: "0.000588", // 1600 x 0.3 + 90 x 1.2 = 588
  },
  {
    ...base,
    name: "a tier without a price",
    answers: groq(COUNTS, "flex"),
    usd: undefined,
    warnings: [/`flex`/],
  },
  {
    ...base,
    // The package drops which tools were used.
    name: "a system that uses tools by itself",
    model: (url: string) => new ChatGroq({ model: "groq/compound", apiKey: "k", baseUrl: url, maxRetries: 0 }),
    table: definePriceTable([
      { provider: "groq", model: ["groq/compound", model], inputUsdPerMillion: "0.15", outputUsdPerMillion: "0.60" },
    ]),
    answers: groq(COUNTS),
    between: [USD, undefined],
    warnings: [/what tools/],
    billed: "groq/groq/compound",
  },
  { ...none, name: "no usage", answers: groq(undefined), warnings: [/no usage/] },
  {
    ...none,
    name: "a negative count",
    answers: groq({ ...COUNTS, prompt_tokens: -5 }),
    warnings: [/`-5`/],
  },
  {
    ...none,
    name: "a stream that broke off",
    answers: { stream: groq(COUNTS, "on_demand", { fault: cut }).stream },
    fails: /terminated/,
    warnings: [/no usage/],
  },
]);
