import { describe, expect, it } from "@jest/globals";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { ChatAnthropic } from "@langchain/anthropic";
import { ChatBedrockConverse } from "@langchain/aws";
import { ChatGoogleGenerativeAI } from "@langchain/google-genai";
import { ChatGroq } from "@langchain/groq";
import { ChatMistralAI } from "@langchain/mistralai";
import { ChatOllama } from "@langchain/ollama";
import { ChatOpenAI } from "@langchain/openai";
import { ChatOpenRouter } from "@langchain/openrouter";
import { CostCallbackHandler, definePriceTable } from "../../src/callbacks.js";
import { requestHandlerTo } from "../support/bedrock_answers.js";
import { useWireServer } from "../support/use_server.js";
import { json } from "../support/wire_script.js";
import { WireServer } from "../support/wire_server.js";
import { onGeminiApi } from "./chat_google.js";
import { chatCompletion } from "./chat_completions.js";

// A server that refuses a call has not begun it, and bills nothing: no call is unpriced, and there is nothing to warn of.

const model = "some-model";
const table = definePriceTable([{ model, inputUsdPerMillion: "1", outputUsdPerMillion: "2" }]);
const common = { model, apiKey: "k", maxRetries: 0 };
const openAI = (url: string) => new ChatOpenAI({ ...common, configuration: { baseURL: url } });

const CLASSES: readonly (readonly [name: string, make: (url: string) => BaseChatModel])[] = [
  ["ChatOpenAI", openAI],
  ["ChatAnthropic", (url) => new ChatAnthropic({ ...common, anthropicApiUrl: url })],
  ["ChatGroq", (url) => new ChatGroq({ ...common, baseUrl: url })],
  ["ChatGoogle", onGeminiApi()],
  ["ChatGoogleGenerativeAI", (url) => new ChatGoogleGenerativeAI({ ...common, baseUrl: url })],
  ["ChatMistralAI", (url) => new ChatMistralAI({ ...common, serverURL: url })],
  ["ChatOllama", (url) => new ChatOllama({ model, baseUrl: url, maxRetries: 0 })],
  ["ChatOpenRouter", (url) => new ChatOpenRouter({ ...common, baseURL: url })],
  [
    "ChatBedrockConverse",
    (url) =>
      new ChatBedrockConverse({
        model,
        region: "us-east-1",
        credentials: { accessKeyId: "k", secretAccessKey: "s" },
        clientOptions: { requestHandler: requestHandlerTo(url), maxAttempts: 1 },
        maxRetries: 0,
      }),
  ],
];

const ERROR = { message: "no room", error: { message: "no room", type: "some_error" } };

describe("a call that was refused", () => {
  const server = useWireServer();

  it.each(CLASSES.flatMap(([name, make]) => [401, 429].map((status) => [name, status, make] as const)))(
    "of %s, with status %i",
    async (_, status, make) => {
      server.always(json(status, ERROR));
      const costs = new CostCallbackHandler({ table });
      await expect(make(server.url).invoke("Hi", { callbacks: [costs] })).rejects.toThrow();
      expect(costs.totals).toMatchObject({ costUsd: "0", calls: 1, unpricedCalls: 0, warnings: [] });
    },
  );

  it("by nobody, since there is no server", async () => {
    const gone = new WireServer();
    await gone.listen();
    const unreached = openAI(gone.url);
    await gone.close();
    const costs = new CostCallbackHandler({ table });
    await expect(unreached.invoke("Hi", { callbacks: [costs] })).rejects.toThrow();
    expect(costs.totals).toMatchObject({ costUsd: "0", calls: 1, unpricedCalls: 0, warnings: [] });
  });

  it("for another model that answers in its place", async () => {
    const usage = { prompt_tokens: 1600, completion_tokens: 90, total_tokens: 1690 };
    const costs = new CostCallbackHandler({ table });
    server.reply(json(503, ERROR));
    server.reply(chatCompletion({ model, usage }).invoke);
    const withSpare = openAI(server.url).withFallbacks([openAI(server.url)]);
    await withSpare.invoke("Hi", { callbacks: [costs] });
    // 1600 x 1 + 90 x 2 = 1780
    expect(costs.totals).toMatchObject({ costUsd: "0.00178", calls: 2, unpricedCalls: 0, warnings: [] });
  });

  it.each([400, 408, 500, 502, 504])("is not told from one that was billed by status %i", async (status) => {
    server.always(json(status, ERROR));
    const costs = new CostCallbackHandler({ table });
    await expect(openAI(server.url).invoke("Hi", { callbacks: [costs] })).rejects.toThrow();
    expect(costs.totals).toMatchObject({ costUsd: undefined, calls: 1, unpricedCalls: 1 });
  });
});
