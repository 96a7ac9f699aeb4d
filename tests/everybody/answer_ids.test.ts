import { ChatAnthropic } from "@langchain/anthropic";
import { ChatBedrockConverse } from "@langchain/aws";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { ChatDeepSeek } from "@langchain/deepseek";
import { ChatGoogleGenerativeAI } from "@langchain/google-genai";
import { ChatGroq } from "@langchain/groq";
import { ChatMistralAI } from "@langchain/mistralai";
import { ChatOllama } from "@langchain/ollama";
import { ChatOpenAI } from "@langchain/openai";
import { ChatOpenRouter } from "@langchain/openrouter";
import { ChatXAI, ChatXAIResponses } from "@langchain/xai";
import { describe, expect, it } from "@jest/globals";
import { CostCallbackHandler, MemoryLedger, type LedgerEntry } from "../../src/callbacks.js";
import { anthropicAnswers, anthropicEvents, anthropicStream } from "../support/anthropic_answers.js";
import { converseAnswers, requestHandlerTo } from "../support/bedrock_answers.js";
import { useWireServer } from "../support/use_server.js";
import { cut, json, ndjson, sse } from "../support/wire_script.js";
import type { Reply } from "../support/wire_server.js";
import { azure } from "./azure_model.js";
import { inAllWays } from "./chat_completions.js";
import { onGeminiApi, onNode } from "./chat_google.js";
import { events, gemini } from "./gemini.js";
import { BILLED, events as openRouterEvents, openRouter } from "./openrouter_bytes.js";
import { call, type Way } from "./reports.js";
import { modelResponse } from "./responses_api.js";

const server = useWireServer();
const options = { model: "m", apiKey: "k", maxRetries: 0 };

type Model = (url: string) => BaseChatModel;
type Answers = Partial<Record<Way, Reply>>;

const openAI: Model = (url) => new ChatOpenAI({ ...options, configuration: { baseURL: url } });
const claude: Model = (url) => new ChatAnthropic({ ...options, anthropicApiUrl: url });
const router: Model = (url) => new ChatOpenRouter({ ...options, baseURL: url });
const bedrock: Model = (url) =>
  new ChatBedrockConverse({
    model: "m",
    region: "us-east-1",
    credentials: { accessKeyId: "k", secretAccessKey: "s" },
    clientOptions: { requestHandler: requestHandlerTo(url), maxAttempts: 1 },
    maxRetries: 0,
  });

const completion = inAllWays({ model: "m", usage: { prompt_tokens: 16, completion_tokens: 9, total_tokens: 25 } });
const response = modelResponse({ model: "m", usage: { input_tokens: 5, output_tokens: 5, total_tokens: 10 } });
const message = anthropicAnswers({ usage: { input_tokens: 5, output_tokens: 5 } });
const ofGemini = gemini({ promptTokenCount: 10, candidatesTokenCount: 1, totalTokenCount: 11 });
const converse = converseAnswers({ usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 } });
const requested = json(
  200,
  {
    output: { message: { role: "assistant", content: [{ text: "Hi" }] } },
    stopReason: "end_turn",
    metrics: {},
    usage: {},
  },
  { headers: { "x-amzn-requestid": "9a3b7d0e-6f2c-4b5e-8a1d-0c4e5f6a7b8c" } },
);

const inBoth = (reply: Reply): Answers => ({ invoke: reply, stream: reply, events: reply });
const llama = (content: string, done: boolean) => ({
  model: "m",
  created_at: "2026-10-01T10:00:00.000000Z",
  message: { role: "assistant", content },
  done,
  ...(done ? { done_reason: "stop", prompt_eval_count: 3, eval_count: 4 } : {}),
});
const mistral = (choice: object) => ({
  id: "cmpl-e5cc70bb",
  object: "chat.completion",
  created: 1764000000,
  model: "m",
  choices: [choice],
  usage: { prompt_tokens: 16, completion_tokens: 9, total_tokens: 25 },
});
const mistralStream = sse([
  mistral({ index: 0, delta: { role: "assistant", content: "Hi" }, finish_reason: null }),
  mistral({ index: 0, delta: { content: "" }, finish_reason: "stop" }),
]);

async function entryOf(model: Model, way: Way, reply: Reply): Promise<LedgerEntry | undefined> {
  const ledger = new MemoryLedger();
  server.always(reply);
  await call(model(server.url), way, new CostCallbackHandler({ ledger })).catch(() => undefined);
  expect(ledger.entries).toHaveLength(1);
  return ledger.entries[0];
}

const OF_ALL: readonly [name: string, model: Model, answers: Answers, id: string | undefined][] = [
  ["ChatOpenAI", openAI, completion, "chatcmpl-1"],
  ["AzureChatOpenAI", azure({ model: "m" }), completion, "chatcmpl-1"],
  [
    "ChatDeepSeek",
    (url) => new ChatDeepSeek({ ...options, configuration: { baseURL: url } }),
    completion,
    "chatcmpl-1",
  ],
  ["ChatGroq", (url) => new ChatGroq({ ...options, baseUrl: url }), completion, "chatcmpl-1"],
  ["ChatXAI", (url) => new ChatXAI({ ...options, baseURL: url }), completion, "chatcmpl-1"],
  [
    "ChatOpenAI on the Responses API",
    (url) => new ChatOpenAI({ ...options, useResponsesApi: true, configuration: { baseURL: url } }),
    response,
    "resp_1",
  ],
  ["ChatXAIResponses", (url) => new ChatXAIResponses({ ...options, baseURL: url }), response, "resp_1"],
  ["ChatOpenRouter", router, openRouter(BILLED), "gen-1764000000-a1b2c3"],
  ["ChatAnthropic", claude, message, "msg_01XFDUDYJgAACzvnptvVoYEL"],
  ["ChatGoogle", onGeminiApi(), ofGemini, "aBcDeF"],
  ["ChatGoogle of Node", onNode, ofGemini, "aBcDeF"],
  // These keep the id to themselves, or their servers give none: what LangChain calls the message is no answer's id.
  ["ChatGoogleGenerativeAI", (url) => new ChatGoogleGenerativeAI({ ...options, baseUrl: url }), ofGemini, undefined],
  [
    "ChatMistralAI",
    (url) => new ChatMistralAI({ ...options, serverURL: url }),
    {
      invoke: json(200, mistral({ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Hi" } })),
      stream: mistralStream,
    },
    undefined,
  ],
  ["ChatBedrockConverse", bedrock, converse, undefined],
  ["ChatBedrockConverse with a request's id, which is not the answer's", bedrock, { invoke: requested }, undefined],
  [
    "ChatOllama",
    (url) => new ChatOllama({ model: "m", baseUrl: url, maxRetries: 0 }),
    inBoth(ndjson([llama("a", false), llama("", true)])),
    undefined,
  ],
];

const CASES = OF_ALL.flatMap(([name, model, answers, id]) =>
  (["invoke", "stream", "chunks", "events"] as const).flatMap((way) => {
    const reply = answers[way];
    return reply === undefined ? [] : [{ name, model, way, reply, id }];
  }),
);

describe("the id of an answer", () => {
  it.each(CASES)("of $name, by $way", async ({ model, way, reply, id }) => {
    const entry = await entryOf(model, way, reply);
    expect(entry).toMatchObject({ outcome: "ok" });
    expect(entry?.responseId).toBe(id);
  });

  it("of ChatMistralAI, by events, which have it", async () => {
    const model: Model = (url) => new ChatMistralAI({ ...options, serverURL: url });
    expect(await entryOf(model, "events", mistralStream)).toMatchObject({ responseId: "cmpl-e5cc70bb" });
  });
});

describe("the id of an answer that broke off", () => {
  const [start, ...rest] = anthropicEvents({ usage: { input_tokens: 5, output_tokens: 5 } });
  const begun = [start, ...rest.slice(0, 2)].flatMap((event) => event ?? []);
  const [comment, first] = openRouterEvents(BILLED);
  const [early] = events({ promptTokenCount: 10, candidatesTokenCount: 1, totalTokenCount: 11 });
  const brokenOff = inAllWays({ model: "m", usage: {}, fault: cut }).stream;

  it.each<[string, Model, Reply, string]>([
    ["ChatOpenAI", openAI, brokenOff, "chatcmpl-1"],
    ["ChatAnthropic", claude, anthropicStream([...begun, cut]), "msg_01XFDUDYJgAACzvnptvVoYEL"],
    ["ChatOpenRouter", router, sse([comment, first, cut], { done: false }), "gen-1764000000-a1b2c3"],
    ["ChatGoogle", onGeminiApi(), sse([early, cut], { done: false }), "aBcDeF"],
  ])("of %s", async (_, model, reply, id) => {
    const entry = await entryOf(model, "stream", reply);
    expect(entry?.outcome).toBe("error");
    expect(entry?.responseId).toBe(id);
  });

  it("is not there where nothing was answered", async () => {
    const entry = await entryOf(openAI, "invoke", json(500, { error: { message: "no" } }));
    expect(entry?.outcome).toBe("error");
    expect(entry).not.toHaveProperty("responseId");
  });
});
