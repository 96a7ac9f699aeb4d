import { ChatMistralAI } from "@langchain/mistralai";
import * as genai from "@pydantic/genai-prices";
import { definePriceTable, fromGenaiPrices } from "../../src/callbacks.js";
import { cut, json, sse, type Script } from "../support/wire_script.js";
import { testReports } from "./reports.js";

const ASKED = "mistral-large-latest";
const SERVED = "mistral-large-2512";
const RATES = { inputUsdPerMillion: "0.50", cachedInputUsdPerMillion: "0.05", outputUsdPerMillion: "1.50" };
const table = definePriceTable([{ provider: "mistral", model: ASKED, ...RATES }]);
const servedOnly = definePriceTable([{ provider: "mistral", model: SERVED, ...RATES }]);

const usage = { prompt_tokens: 1000, total_tokens: 1100, completion_tokens: 100 };

/** A chunk of a stream; the usage stands on the one that ends it. */
function chunk(delta: object, finish_reason: string | null = null, counted?: object): object {
  const head = { id: "c1", object: "chat.completion.chunk", created: 1764000000, model: SERVED };
  return {
    ...head,
    choices: [{ index: 0, delta, finish_reason }],
    ...(counted === undefined ? {} : { usage: counted }),
  };
}

/** An answer of Mistral's, whole and streamed. */
function mistral(
  counted?: object,
  content: unknown = "Hello!",
  choices = 1,
): Record<"invoke" | "stream" | "chunks", Script> {
  const message = { role: "assistant", tool_calls: null, content };
  const each = Array.from({ length: choices }, (_, index) => ({ index, finish_reason: "stop", message }));
  const head = { id: "c1", object: "chat.completion", created: 1764000000, model: SERVED };
  const parts = typeof content === "string" ? [content.slice(0, 3), content.slice(3)] : [content, "Hello!"];
  const stream = sse([
    chunk({ role: "assistant", content: "" }),
    chunk({ content: parts[0] }),
    chunk({ content: parts[1] }),
    chunk({ content: "" }, "stop", counted),
  ]);
  return { invoke: json(200, { ...head, choices: each, usage: counted }), stream, chunks: stream };
}

const of =
  (options: object = {}) =>
  (url: string) =>
    new ChatMistralAI({ model: ASKED, apiKey: "k", serverURL: url, maxRetries: 0, ...options });
const common = { model: of(), table };

testReports([
  {
    ...common,
    name: "text",
    answers: mistral(usage),
    usd: "0.00065", // 1000 x 0.50 + 100 x 1.50
    inputTokens: 1000,
    outputTokens: 100,
    billed: "mistral/mistral-large-latest",
  },
  {
    ...common,
    name: "at the price of the model that served, whose name a stream repeats",
    answers: mistral(usage),
    table: servedOnly,
    usd: "0.00065",
  },
  {
    ...common,
    name: "at genai-prices' rates",
    answers: mistral(usage),
    table: fromGenaiPrices(genai),
    usd: "0.00065",
  },
  {
    ...common,
    name: "a stream behind invoke",
    answers: { invoke: mistral(usage).stream },
    model: of({ streaming: true }),
    usd: "0.00065",
  },
  {
    ...common,
    name: "two answers, of which each has the usage of both",
    answers: { invoke: mistral({ ...usage, completion_tokens: 200, total_tokens: 1200 }, "Hello!", 2).invoke },
    model: of({ numCompletions: 2 }),
    usd: "0.0008", // 1000 x 0.50 + 200 x 1.50
  },
  {
    ...common,
    name: "thoughts, which are part of the output",
    answers: mistral(usage, [{ type: "thinking", thinking: [{ type: "text", text: "Hm." }] }]),
    usd: "0.00065",
  },
  {
    ...common,
    name: "cached input, which the package hides: charged as other input",
    answers: mistral({ ...usage, num_cached_tokens: 600, prompt_tokens_details: { cached_tokens: 600 } }),
    usd: "0.00065",
  },
  {
    ...common,
    name: "a sum that is not that of its parts",
    answers: mistral({ ...usage, total_tokens: 1500 }),
    usd: "0.00125", // 1000 x 0.50 + 500 x 1.50
    warnings: [/`total_tokens`/],
  },
  {
    ...common,
    name: "a stream without usage",
    // Invoked, the package's client refuses an answer without usage.
    answers: { stream: mistral().stream },
    usd: undefined,
    warnings: [/no usage/],
  },
  {
    ...common,
    name: "a negative count",
    answers: mistral({ ...usage, completion_tokens: -5 }),
    usd: undefined,
    warnings: [/`-5`/],
  },
  {
    ...common,
    name: "usage that the package reads under names that its client changed",
    answers: {
      events: mistral({ ...usage, num_cached_tokens: 600, prompt_tokens_details: { cached_tokens: 600 } }).stream,
    },
    usd: "0.00038", // 400 x 0.50 + 600 x 0.05 + 100 x 1.50
    billed: "mistral/mistral-large-latest",
  },
  {
    ...common,
    name: "a stream that was cut",
    answers: { stream: sse([chunk({ role: "assistant", content: "Hel" }), cut], { done: false }) },
    fails: /terminated/,
    usd: undefined,
    warnings: [/no usage/],
  },
]);
