import { describe, expect, it } from "@jest/globals";
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
import { ChatXAI } from "@langchain/xai";
import { CostCallbackHandler, MemoryLedger } from "../../src/callbacks.js";
import { requestHandlerTo } from "../support/bedrock_answers.js";
import { useWireServer } from "../support/use_server.js";
import { hangUp, json } from "../support/wire_script.js";
import { refusedUrl, type Reply } from "../support/wire_server.js";
import { azure } from "./azure_model.js";
import { onGeminiApi, onVertex } from "./chat_google.js";
import { atHost } from "./other_hosts.js";

type Make = (url: string) => BaseChatModel;

const common = { apiKey: "k", maxRetries: 0 };
const gpt: Make = (url) => new ChatOpenAI({ model: "gpt-4o", ...common, ...atHost("", url) });
const claude: Make = (url) => new ChatAnthropic({ model: "claude-sonnet-4-5", ...common, anthropicApiUrl: url });
const groq: Make = (url) => new ChatGroq({ model: "openai/gpt-oss-120b", ...common, baseUrl: url });
const grok: Make = (url) => new ChatXAI({ model: "grok-4", ...common, baseURL: url });

const MODELS: readonly (readonly [name: string, make: Make])[] = [
  ["ChatOpenAI", gpt],
  [
    "ChatOpenAI, Responses",
    (url) => new ChatOpenAI({ model: "gpt-4o", ...common, useResponsesApi: true, ...atHost("", url) }),
  ],
  ["AzureChatOpenAI", azure()],
  ["ChatAnthropic", claude],
  [
    "ChatBedrockConverse",
    (url) =>
      new ChatBedrockConverse({
        model: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        region: "us-east-1",
        credentials: { accessKeyId: "k", secretAccessKey: "s" },
        clientOptions: { requestHandler: requestHandlerTo(url), maxAttempts: 1 },
        maxRetries: 0,
      }),
  ],
  [
    "ChatGoogleGenerativeAI",
    (url) => new ChatGoogleGenerativeAI({ model: "gemini-2.5-flash", ...common, baseUrl: url }),
  ],
  ["ChatGoogle", onGeminiApi()],
  ["ChatGoogle on Vertex", onVertex()],
  ["ChatMistralAI", (url) => new ChatMistralAI({ model: "mistral-large-latest", ...common, serverURL: url })],
  ["ChatGroq", groq],
  ["ChatDeepSeek", (url) => new ChatDeepSeek({ model: "deepseek-chat", ...common, ...atHost("", url) })],
  ["ChatXAI", grok],
  ["ChatOpenRouter", (url) => new ChatOpenRouter({ model: "openai/gpt-oss-120b", ...common, baseURL: url })],
  ["ChatOllama", (url) => new ChatOllama({ model: "gpt-oss:120b-cloud", baseUrl: url, maxRetries: 0 })],
];

/** Of the others' errors core keeps no cause across the realms of Jest, and ChatGoogleGenerativeAI never does. */
const KEEP_CAUSES =
  /^(?:ChatOpenAI|AzureChatOpenAI|ChatAnthropic|ChatMistralAI|ChatGroq|ChatDeepSeek|ChatXAI|ChatOllama)/;

const server = useWireServer();

/** Has a model called and refused, and says what the books have of it. */
async function books(make: Make, way: "invoke" | "stream", answer: Reply | undefined) {
  if (answer !== undefined) server.always(answer);
  const ledger = new MemoryLedger();
  const costs = new CostCallbackHandler({ ledger });
  const model = make(answer === undefined ? await refusedUrl() : server.url);
  const callbacks = [costs];
  const called = async () => {
    if (way === "invoke") await model.invoke("Hi", { callbacks });
    else for await (const _ of await model.stream("Hi", { callbacks }));
  };
  await expect(called()).rejects.toThrow();
  await costs.flush();
  return { totals: costs.totals, entry: ledger.entries[0] };
}

/** An error in the words of most providers. */
const refusal = (status: number, error: object = {}) =>
  json(status, { message: "no", error: { message: "no", type: "invalid_request_error", ...error } });

describe.each(["invoke", "stream"] as const)("%s", (way) => {
  describe("a request that the server refused has spent nothing", () => {
    const cases = MODELS.flatMap(([name, make]) => [400, 401, 403, 404, 429].map((status) => ({ name, status, make })));
    it.each(cases)("$name: $status", async ({ make, status }) => {
      const { totals, entry } = await books(make, way, refusal(status));
      expect(totals).toMatchObject({ calls: 1, errorCalls: 1, unpricedCalls: 0, callsWithoutUsage: 0, warnings: [] });
      expect(entry).toMatchObject({
        outcome: "error",
        errorStatus: status,
        cost: { status: "none", usd: "0", reason: `the server refused the request with status ${status}` },
      });
    });

    it.each([402, 413, 422])("of any class: %i", async (status) => {
      const { entry } = await books(gpt, way, refusal(status));
      expect(entry?.cost.status).toBe("none");
    });

    it.each([
      ["ChatOpenAI", gpt, { code: "context_length_exceeded" }],
      ["ChatAnthropic", claude, { message: "prompt is too long: 210000 tokens > 200000 maximum" }],
    ])("also where %s says that the prompt does not fit", async (_, make, error) => {
      const { entry } = await books(make, way, refusal(400, error));
      expect(entry).toMatchObject({ errorStatus: 400, cost: { status: "none" } });
    });
  });

  it.each(MODELS.filter(([name]) => KEEP_CAUSES.test(name)))(
    "a request of %s that reached no server has spent nothing",
    async (_, make) => {
      const { totals, entry } = await books(make, way, undefined);
      expect(totals).toMatchObject({ calls: 1, errorCalls: 1, unpricedCalls: 0, warnings: [] });
      expect(entry?.cost).toMatchObject({ status: "none", reason: "no server was reached" });
    },
  );

  describe("whatever else goes wrong may have been billed", () => {
    it.each(MODELS)("%s: an error of the server itself", async (_, make) => {
      const { totals, entry } = await books(make, way, refusal(500));
      expect(entry?.cost.status).toBe("unpriced");
      expect(totals).toMatchObject({ unpricedCalls: 1, warnings: [expect.stringContaining("has no cost")] });
    });

    it.each<[name: string, make: Make, answer: Reply]>([
      ["a time-out at the server", gpt, refusal(408)],
      ["a status of nobody's", gpt, refusal(499)],
      ["no answer", gpt, hangUp()],
      [
        "a prompt that Azure's filter refused",
        azure(),
        refusal(400, { code: "content_filter", innererror: { code: "ResponsibleAIPolicyViolation" } }),
      ],
      [
        "a prompt for whose refusal xAI has a fee",
        grok,
        json(403, { code: "403", error: "Content violates usage guidelines" }),
      ],
      [
        "a call that Groq's model wrote wrong",
        groq,
        refusal(400, { code: "tool_use_failed", failed_generation: "<function=weather>" }),
      ],
    ])("%s", async (_, make, answer) => {
      const { totals, entry } = await books(make, way, answer);
      expect(entry?.cost.status).toBe("unpriced");
      expect(totals.unpricedCalls).toBe(1);
    });
  });
});

it("a call of which something was heard was not refused, whatever its error says", () => {
  const costs = new CostCallbackHandler();
  const id = "run";
  costs.handleChatModelStart({ id: ["ChatOpenAI"], kwargs: {} }, [], id, undefined, {}, [], { ls_provider: "openai" });
  costs.handleLLMNewToken("Hel", { prompt: 0, completion: 0 }, id);
  costs.handleLLMError(Object.assign(new Error("slow down"), { status: 429 }), id);
  expect(costs.totals).toMatchObject({ errorCalls: 1, unpricedCalls: 1 });
});
