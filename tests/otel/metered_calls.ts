import { InMemoryCache } from "@langchain/core/caches";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import type { CostCallbackHandlerInput } from "../../src/books/options.js";
import type { MeteredChatModel } from "../../src/models/metered_chat_model.js";
import { ChatFireworks } from "../../src/providers/fireworks/chat.js";
import { ChatOllamaLite } from "../../src/providers/ollama/chat.js";
import { ChatOpenLLM } from "../../src/providers/openllm/chat.js";
import { chunk, completion, counts, end, isStreamed } from "../support/completions.js";
import { cut, json, ndjson, sse, stall, type Script, type Step } from "../support/wire_script.js";
import type { WireServer } from "../support/wire_server.js";

/** What a test's server answers calls with. */
export interface Answers {
  whole: (request: { json: unknown }) => Script;
  /** An answer that breaks off, or stands still, after a word. */
  broken: (fault: Step) => Script;
}

const usage = counts(1000, 500, {
  prompt_tokens_details: { cached_tokens: 400 },
  completion_tokens_details: { reasoning_tokens: 200 },
});

/** Answers by OpenAI's wire: of 1,000 input tokens 400 are cached, of 500 output tokens 200 are of reasoning. */
export const openaiAnswers: Answers = {
  whole: ({ json: body }) =>
    isStreamed(body)
      ? sse([chunk({ content: "Atlantic" }), end(), { id: "c1", choices: [], model: "m", usage }])
      : json(200, completion({ content: "Atlantic" }, {}, { usage })),
  broken: (fault) => sse([chunk({ content: "Atlantic" }), fault]),
};

const line = { model: "llama3.2", created_at: "2026-11-30T00:00:00Z" };
const word = { ...line, message: { role: "assistant", content: "Atlantic" }, done: false };
const last = {
  ...line,
  message: { role: "assistant", content: "" },
  done: true,
  done_reason: "stop",
  prompt_eval_count: 1000,
  eval_count: 500,
};

/** The same by Ollama's, which knows neither cached tokens nor those of reasoning. */
const ollamaAnswers: Answers = {
  whole: ({ json: body }) => (isStreamed(body) ? ndjson([word, last]) : json(200, { ...last, message: word.message })),
  broken: (fault) => ndjson([word, fault]),
};

/** A model of a test's server. */
export interface Subject {
  readonly name: string;
  readonly provider: string;
  readonly model: string;
  readonly answers: Answers;
  /** What one of its whole answers costs. */
  readonly usd: number;
  readonly cached: number;
  readonly reasoning: number;
  create(server: WireServer, more?: object): MeteredChatModel;
}

const GPT_OSS = "accounts/fireworks/models/gpt-oss-120b";

/** The models of the package. */
export const subjects: readonly [fireworks: Subject, openllm: Subject, ollama: Subject] = [
  {
    name: "ChatFireworks",
    provider: "fireworks",
    model: GPT_OSS,
    answers: openaiAnswers,
    usd: 0.000396,
    cached: 400,
    reasoning: 200,
    create: ({ url }, more) =>
      new ChatFireworks({ model: GPT_OSS, apiKey: "no-key", baseURL: `${url}/v1`, maxRetries: 0, ...more }),
  },
  {
    name: "ChatOpenLLM",
    provider: "openllm",
    model: "llama-3.1-8b",
    answers: openaiAnswers,
    usd: 0.002,
    cached: 400,
    reasoning: 200,
    create: ({ url }, more) =>
      new ChatOpenLLM({
        model: "llama-3.1-8b",
        baseURL: `${url}/v1`,
        maxRetries: 0,
        pricing: { inputUsdPerMillion: "1", outputUsdPerMillion: "2" },
        ...more,
      }),
  },
  {
    name: "ChatOllamaLite",
    provider: "ollama",
    model: "llama3.2",
    answers: ollamaAnswers,
    usd: 0,
    cached: 0,
    reasoning: 0,
    create: ({ url }, more) => new ChatOllamaLite({ model: "llama3.2", baseURL: url, maxRetries: 0, ...more }),
  },
];

/** A way in which a call can go. */
export interface Case {
  readonly name: string;
  readonly input?: CostCallbackHandlerInput;
  /** Makes the call, and puts up with its failure. */
  go(subject: Subject, server: WireServer, costs: CostCallbackHandler): Promise<void>;
}

const question = "Name one ocean.";

async function read(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

async function failing(call: Promise<unknown>): Promise<void> {
  const failed = await call.then(
    () => false,
    () => true,
  );
  if (!failed) throw new Error("the call did not fail");
}

/** All of them. */
export const cases: readonly Case[] = [
  {
    name: "whole",
    async go(subject, server, costs) {
      server.reply(subject.answers.whole);
      await subject.create(server).invoke(question, { callbacks: [costs] });
    },
  },
  {
    name: "streamed",
    async go(subject, server, costs) {
      server.reply(subject.answers.whole);
      await read(await subject.create(server).stream(question, { callbacks: [costs] }));
    },
  },
  {
    name: "refused",
    async go(subject, server, costs) {
      server.reply(json(401, { error: { message: "no" } }));
      await failing(subject.create(server).invoke(question, { callbacks: [costs] }));
    },
  },
  {
    name: "cut",
    async go(subject, server, costs) {
      server.reply(subject.answers.broken(cut));
      await failing(
        subject
          .create(server)
          .stream(question, { callbacks: [costs] })
          .then(read),
      );
    },
  },
  {
    name: "aborted",
    async go(subject, server, costs) {
      server.reply(subject.answers.broken(stall));
      const abort = new AbortController();
      const stream = await subject.create(server).stream(question, { callbacks: [costs], signal: abort.signal });
      await stream.next();
      abort.abort();
      await failing(read(stream));
    },
  },
  {
    name: "left",
    async go(subject, server, costs) {
      server.reply(subject.answers.broken(stall));
      for await (const _ of await subject.create(server).stream(question, { callbacks: [costs] })) break;
    },
  },
  {
    name: "denied",
    input: { budget: { limitCalls: 1 } },
    async go(subject, server, costs) {
      const [budget] = costs.budgets;
      if (budget === undefined) throw new Error("there is no budget");
      server.reply(subject.answers.whole);
      await subject.create(server).invoke(question, { callbacks: [new CostCallbackHandler({ budget })] });
      await failing(subject.create(server).invoke(question, { callbacks: [costs] }));
    },
  },
  {
    name: "cache hit",
    async go(subject, server, costs) {
      server.reply(subject.answers.whole);
      const model = subject.create(server, { cache: new InMemoryCache() });
      await model.invoke(question);
      await model.invoke(question, { callbacks: [costs] });
    },
  },
  {
    name: "unpriced",
    async go({ answers }, server, costs) {
      server.reply(answers === ollamaAnswers ? openaiAnswers.whole : answers.whole);
      const stranger = new ChatFireworks({
        model: "stranger",
        apiKey: "no-key",
        baseURL: `${server.url}/v1`,
        maxRetries: 0,
      });
      await stranger.invoke(question, { callbacks: [costs] });
    },
  },
];
