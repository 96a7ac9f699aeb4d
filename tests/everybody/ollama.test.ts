import { ChatOllama } from "@langchain/ollama";
import { describe, expect, it } from "@jest/globals";
import { CostCallbackHandler, definePriceTable } from "../../src/callbacks.js";
import { useWireServer } from "../support/use_server.js";
import { cut, ndjson } from "../support/wire_script.js";
import type { Reply } from "../support/wire_server.js";
import { call, testReports, type Report } from "./reports.js";

type Line = Readonly<Record<string, unknown>>;

const CREATED = "2026-10-01T10:00:00.000000Z";

/** Ollama's lines: the words, and the last one with the counts. This class streams for `invoke` too. */
function lines(model: string, last: Line, each: Line = {}): Line[] {
  const line = (content: string) => ({
    model,
    created_at: CREATED,
    message: { role: "assistant", content },
    done: false,
    ...each,
  });
  return [
    line("Hel"),
    line("lo"),
    { ...line(""), done: true, done_reason: "stop", total_duration: 1_000_000_000, ...last },
  ];
}

/** What a server of one's own measures beside the counts. */
const DURATIONS = { load_duration: 100_000_000, prompt_eval_duration: 100_000_000, eval_duration: 500_000_000 };
const COUNTS = { prompt_eval_count: 100_000, eval_count: 10_000 };

const both = (reply: Reply) => ({ invoke: reply, stream: reply, chunks: reply });
const own = (last: Line = COUNTS, each: Line = {}) => both(ndjson(lines("llama3.2", { ...DURATIONS, ...last }, each)));
const ownModel = (url: string) => new ChatOllama({ model: "llama3.2", baseUrl: url, maxRetries: 0 });

/** A model on this machine is free. @langchain/ollama 1.3.0 tells no handler where it calls: the answer's form says it. */
const OWN: Report[] = [
  {
    name: "a model on this machine",
    answers: own(),
    model: ownModel,
    usd: "0",
    inputTokens: 100_000,
    outputTokens: 10_000,
    billed: "ollama/llama3.2",
  },
  {
    name: "a prompt from the cache",
    answers: own({ ...COUNTS, prompt_eval_cached_count: 40_000 }),
    model: ownModel,
    usd: "0",
    inputTokens: 100_000,
    totals: { cachedInputTokens: 40_000 },
  },
  {
    name: "thoughts, which are in the output",
    answers: both(
      ndjson([
        {
          model: "llama3.2",
          created_at: CREATED,
          message: { role: "assistant", content: "", thinking: "Hm." },
          done: false,
        },
        ...lines("llama3.2", { ...DURATIONS, ...COUNTS }),
      ]),
    ),
    model: (url) => new ChatOllama({ model: "llama3.2", baseUrl: url, maxRetries: 0, think: true }),
    usd: "0",
    outputTokens: 10_000,
  },
  {
    name: "a declared price of one's own",
    answers: own(),
    model: ownModel,
    table: definePriceTable([
      { provider: "ollama", model: "llama3.2", inputUsdPerMillion: "1", outputUsdPerMillion: "2" },
    ]),
    usd: "0.12", // 0.1 x 1 + 0.01 x 2
  },
  {
    // @langchain/ollama 1.3.0 makes counts alone of core's events.
    name: "core's events of a stream",
    answers: { events: own().stream },
    model: ownModel,
    usd: "0",
    inputTokens: 100_000,
    outputTokens: 10_000,
    warnings: [/taken for an answer of one's own machine/],
  },
  {
    name: "a server that measures nothing",
    answers: both(
      ndjson([
        {
          model: "llama3.2",
          message: { role: "assistant", content: "Hi" },
          done: true,
          done_reason: "stop",
          ...COUNTS,
        },
      ]),
    ),
    model: ownModel,
    usd: "0",
    warnings: [/taken for an answer of one's own machine/],
  },
  {
    name: "a prompt of one's own whose count an old server left out",
    answers: own({ eval_count: 10_000 }),
    model: ownModel,
    usd: "0",
    outputTokens: 10_000,
  },
];

const cloud = (last: Line, each: Line = {}) => both(ndjson(lines("gpt-oss:120b-cloud", last, each)));
const cloudModel = (url: string) => new ChatOllama({ model: "gpt-oss:120b-cloud", baseUrl: url, maxRetries: 0 });
const HANDED_ON = { remote_model: "gpt-oss:120b", remote_host: "https://ollama.com:443" };

/** Ollama's cloud has a price list: gpt-oss:120b costs $0.15 in, $0.014 cached and $0.60 out per million. */
const CLOUD: Report[] = [
  {
    name: "a cloud model that a server on this machine hands on",
    answers: cloud(COUNTS, HANDED_ON),
    model: cloudModel,
    usd: "0.021", // 0.1 x 0.15 + 0.01 x 0.6
    inputTokens: 100_000,
    outputTokens: 10_000,
  },
  { name: "a cloud model by its name", answers: cloud(COUNTS), model: cloudModel, usd: "0.021" },
  {
    name: "a cloud model by its name, as core's events",
    answers: { events: cloud(COUNTS).stream },
    model: cloudModel,
    usd: "0.021",
  },
  {
    // The cloud sends no durations but the total: ollama/ollama#11770.
    name: "a model of the cloud's own API, by the form of its answer",
    answers: both(ndjson(lines("gpt-oss:120b", COUNTS))),
    model: (url) => new ChatOllama({ model: "gpt-oss:120b", baseUrl: url, maxRetries: 0 }),
    usd: "0.021",
    warnings: [/by its form/],
  },
  {
    name: "the same model on this machine",
    answers: both(ndjson(lines("gpt-oss:120b", { ...DURATIONS, ...COUNTS }))),
    model: (url) => new ChatOllama({ model: "gpt-oss:120b", baseUrl: url, maxRetries: 0 }),
    usd: "0",
  },
  {
    name: "a prompt from the cloud's cache",
    answers: cloud({ ...COUNTS, prompt_eval_cached_count: 40_000 }, HANDED_ON),
    model: cloudModel,
    usd: "0.01556", // 0.06 x 0.15 + 0.04 x 0.014 + 0.01 x 0.6
    totals: { cachedInputTokens: 40_000 },
  },
  {
    name: "a prompt whose count is missing, which this package says is 0",
    answers: cloud({ eval_count: 10_000 }, HANDED_ON),
    model: cloudModel,
    usd: "0.006", // 0.01 x 0.6, and the prompt
    between: ["0.006", undefined],
    warnings: [/input/],
    totals: { estimatedCalls: 1 },
  },
  {
    name: "no counts at all, which this package says are 0",
    answers: cloud({}, HANDED_ON),
    model: cloudModel,
    usd: undefined,
    warnings: [/usage/],
    totals: { callsWithoutUsage: 1 },
  },
  {
    name: "counts on every line, which this package adds up",
    answers: cloud(COUNTS, { ...HANDED_ON, prompt_eval_count: 100_000, eval_count: 5_000 }),
    model: cloudModel,
    usd: "0.021", // the last line counts
    inputTokens: 100_000,
    outputTokens: 10_000,
    warnings: [/300000|contradict/],
  },
  {
    name: "a negative count",
    answers: cloud({ ...COUNTS, prompt_eval_count: -4 }, HANDED_ON),
    model: cloudModel,
    usd: undefined,
    warnings: [/-4/],
  },
  {
    name: "a count as text",
    answers: cloud({ ...COUNTS, eval_count: "12" }, HANDED_ON),
    model: cloudModel,
    usd: undefined,
    warnings: [/12/],
  },
  {
    name: "a cloud model without a price",
    answers: both(ndjson(lines("stranger:1b-cloud", COUNTS, { ...HANDED_ON, remote_model: "stranger:1b" }))),
    model: (url) => new ChatOllama({ model: "stranger:1b-cloud", baseUrl: url, maxRetries: 0 }),
    usd: undefined,
    warnings: [/`stranger:1b-cloud`/],
  },
];

testReports([...OWN, ...CLOUD]);

describe("an answer that broke off", () => {
  const server = useWireServer();
  const [first] = lines("gpt-oss:120b-cloud", COUNTS, HANDED_ON);
  it.each([
    ["a connection that was cut", ndjson([first, cut])],
    ["a stream without an end", ndjson([first])],
    ["an error in the middle", ndjson([first, { error: "upstream is gone" }])],
  ])("%s: what was spent is not known", async (_, reply) => {
    for (const way of ["invoke", "stream"] as const) {
      const costs = new CostCallbackHandler();
      server.always(reply);
      await expect(call(cloudModel(server.url), way, costs)).rejects.toThrow();
      expect(costs.totals).toMatchObject({
        calls: 1,
        errorCalls: 1,
        unpricedCalls: 1,
        callsWithoutUsage: 1,
        costUsd: undefined,
        openCalls: 0,
        warnings: [expect.stringContaining("has no cost")],
      });
    }
  });
});
