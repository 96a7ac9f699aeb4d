import { describe, expect, it } from "@jest/globals";
import type { AIMessageChunk } from "@langchain/core/messages";
import { ChatOpenAI } from "@langchain/openai";
import { costOf, definePriceTable } from "../../src/callbacks.js";
import { genaiPrices } from "../../src/genai_prices.js";
import { useWireServer } from "../support/use_server.js";
import { json, sse } from "../support/wire_script.js";
import { BILLED, openRouter, UNBILLED } from "./openrouter_bytes.js";
import { testReports, type Report } from "./reports.js";

// ChatOpenAI before servers that are not OpenAI's. What it calls is on this machine here, as a LiteLLM often is: no price
// list knows its models, and one that names them as OpenAI's means somebody else's.

// 1,600 in and 90 out are 0.0016 + 0.00018 = 0.00178 here.
const OWN_ROW = definePriceTable(
  [{ provider: "openai", model: "acme/some-model", inputUsdPerMillion: "1", outputUsdPerMillion: "2" }],
  { name: "test", fallback: null },
);

const chat = (model: string) => (url: string) =>
  new ChatOpenAI({ model, apiKey: "k", configuration: { baseURL: url }, maxRetries: 0 });

const SAID_BY_SERVER = /what the server says/;

/** OpenRouter's last event has a choice and usage: this package counts its numbers twice in `response_metadata`. */
const OPENROUTER: Report[] = [
  {
    name: "OpenRouter's cost",
    answers: openRouter(BILLED),
    model: chat("acme/some-model"),
    usd: "0.00312",
    inputTokens: 1600,
    outputTokens: 90,
    warnings: [SAID_BY_SERVER],
  },
  {
    name: "OpenRouter's cost beside a price of one's own that is lower",
    answers: openRouter(BILLED),
    model: chat("acme/some-model"),
    table: OWN_ROW,
    usd: "0.00312",
    warnings: [SAID_BY_SERVER],
  },
  {
    name: "OpenRouter's cost beside a price of one's own that is higher",
    answers: openRouter({ ...BILLED, cost: 0.001 }),
    model: chat("acme/some-model"),
    table: OWN_ROW,
    usd: "0.00178",
    warnings: [/says that the call cost less/, /your row for `openai`/],
  },
  {
    name: "OpenRouter with one's own key",
    answers: openRouter({
      ...BILLED,
      cost: 0.000156,
      is_byok: true,
      cost_details: { upstream_inference_cost: 0.00312 },
    }),
    model: chat("acme/some-model"),
    usd: "0.003276", // 0.000156 + 0.00312
    warnings: [SAID_BY_SERVER],
  },
  {
    name: "a cost as text, which a stream writes twice in a row",
    answers: openRouter({ ...BILLED, cost: "free of charge" }),
    model: chat("acme/some-model"),
    usd: undefined,
    warnings: [/own cost is "free of charge", which is no amount/, /has no cost/],
  },
];

const USAGE = {
  completion_tokens: 90,
  prompt_tokens: 1600,
  total_tokens: 1690,
  completion_tokens_details: { accepted_prediction_tokens: 0, audio_tokens: 0, reasoning_tokens: 0 },
  prompt_tokens_details: { audio_tokens: 0, cached_tokens: 0 },
};

type Usage = Readonly<Record<string, unknown>>;

const chunk = (choices: readonly object[], usage?: Usage) => ({
  id: "chatcmpl-1",
  created: 1764000000,
  model: "gpt-4o",
  object: "chat.completion.chunk",
  choices,
  ...(usage === undefined ? {} : { usage }),
});
const choice = (delta: object, finish_reason: string | null = null) => ({ index: 0, delta, finish_reason });

const hello = chunk([choice({ role: "assistant", content: "Hello" })]);
const finish = (usage?: Usage) => chunk([choice({}, "stop")], usage);

const whole = (usage: Usage) => ({
  id: "chatcmpl-1",
  created: 1764000000,
  model: "gpt-4o",
  object: "chat.completion",
  choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Hello" } }],
  usage,
});

const billed: Usage = { ...USAGE, cost: 0.0049 };
// Of a stream: the counts so far on each event, as vLLM does with `continuous_usage_stats`.
const soFar = (completion_tokens: number, cost: number): Usage => ({
  prompt_tokens: 1600,
  completion_tokens,
  total_tokens: 1600 + completion_tokens,
  cost,
});

/** LiteLLM, with `include_cost_in_streaming_usage`. Without it the cost is in a header, which no handler sees. */
const LITELLM: Report[] = [
  {
    name: "LiteLLM's cost, on an event without a choice, never OpenAI's price",
    answers: { invoke: json(200, whole(billed)), stream: sse([hello, finish(), chunk([], billed)]) },
    model: chat("gpt-4o"),
    table: genaiPrices,
    usd: "0.0049",
    inputTokens: 1600,
    outputTokens: 90,
    warnings: [SAID_BY_SERVER],
  },
  {
    name: "a cost on the event that ends the choice",
    answers: { stream: sse([hello, finish(billed)]) },
    model: chat("gpt-4o"),
    usd: "0.0049",
    warnings: [SAID_BY_SERVER],
  },
  {
    name: "a cost on the event that ends the choice, and on one more",
    answers: { stream: sse([hello, finish(billed), chunk([], billed)]) },
    model: chat("gpt-4o"),
    usd: "0.0049",
    warnings: [SAID_BY_SERVER],
  },
  {
    name: "a cost that grows from event to event",
    answers: {
      stream: sse([
        chunk([choice({ role: "assistant", content: "Hel" })], soFar(1, 0.004)),
        chunk([choice({ content: "lo" })], soFar(2, 0.0041)),
        finish(billed),
      ]),
    },
    model: chat("gpt-4o"),
    usd: "0.0049",
    inputTokens: 1600,
    outputTokens: 90,
    warnings: [SAID_BY_SERVER],
  },
];

/** Servers on this machine are free unless they say otherwise; what they say must be possible. */
const UNSAID: Report[] = [
  {
    name: "no usage at all",
    answers: openRouter(undefined),
    model: chat("acme/some-model"),
    usd: "0",
    warnings: [/usage/],
    totals: { callsWithoutUsage: 1 },
  },
  {
    name: "negative counts beside a cost",
    answers: openRouter({ ...BILLED, prompt_tokens: -5 }),
    model: chat("acme/some-model"),
    usd: undefined,
    warnings: [/-5|-10/],
  },
  {
    name: "counts in words beside a cost",
    answers: openRouter({ ...UNBILLED, completion_tokens: "ninety", cost: 0.00312 }),
    model: chat("acme/some-model"),
    usd: undefined,
    warnings: [/ninety/],
  },
];

testReports([...OPENROUTER, ...LITELLM, ...UNSAID]);

describe("an answer that was put together from a stream's chunks", () => {
  const server = useWireServer(openRouter(BILLED).stream);

  it("has OpenRouter's cost once, though its numbers are there twice", async () => {
    let answer: AIMessageChunk | undefined;
    for await (const chunk of await chat("acme/some-model")(server.url).stream("Hi")) {
      answer = answer === undefined ? chunk : answer.concat(chunk);
    }
    expect(answer?.response_metadata.usage).toMatchObject({ cost: 0.00624, prompt_tokens: 3200 });
    expect(costOf(answer ?? {})).toMatchObject({ totalUsd: "0.00312", basis: "server" });
  });
});
