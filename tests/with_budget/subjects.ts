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
import { azure } from "../everybody/azure_model.js";
import { chatCompletion } from "../everybody/chat_completions.js";
import { onGeminiApi } from "../everybody/chat_google.js";
import { gemini } from "../everybody/gemini.js";
import { openRouter, UNBILLED } from "../everybody/openrouter_bytes.js";
import { modelResponse } from "../everybody/responses_api.js";
import { anthropicAnswers } from "../support/anthropic_answers.js";
import { converseAnswers, requestHandlerTo } from "../support/bedrock_answers.js";
import { ndjson, type Script } from "../support/wire_script.js";
import type { Reply } from "../support/wire_server.js";
import type { WireRequest } from "../support/wire_request.js";

/** A class of another package, and how its provider answers. */
export interface Subject {
  name: string;
  model(url: string, fields?: { maxRetries?: number }): BaseChatModel;
  /** 1600 tokens in and 90 out, however it is asked. */
  answer: Reply;
  /** Where a request's body has the limit on output tokens. */
  limit: readonly string[];
  /** @default false */
  triesOnce?: true;
}

/** A reply by whether a stream was asked for, in whichever way the API has for that. */
function asAsked(replies: { invoke: Reply; stream: Reply }): Reply {
  return (request) => {
    const isStreamed = (request.json as { stream?: boolean }).stream === true || /stream/i.test(request.path);
    return scriptOf(isStreamed ? replies.stream : replies.invoke, request);
  };
}

/** What a server says to a request. */
function scriptOf(reply: Reply, request: WireRequest): Script | Promise<Script> {
  return typeof reply === "function" ? reply(request) : reply;
}

const USAGE = { prompt_tokens: 1600, completion_tokens: 90, total_tokens: 1690 };
const COMPLETION = asAsked(chatCompletion({ model: "m", usage: USAGE }));
const RESPONSE = asAsked(
  modelResponse({ model: "m", usage: { input_tokens: 1600, output_tokens: 90, total_tokens: 1690 } }),
);
const GEMINI = asAsked(gemini({ promptTokenCount: 1600, candidatesTokenCount: 90, totalTokenCount: 1690 }));
const OLLAMA = ndjson([
  { model: "m", created_at: "2026-10-01T10:00:00Z", message: { role: "assistant", content: "Hello" }, done: false },
  {
    model: "m",
    created_at: "2026-10-01T10:00:00Z",
    message: { role: "assistant", content: "" },
    done: true,
    done_reason: "stop",
    load_duration: 1,
    total_duration: 2,
    prompt_eval_count: 1600,
    eval_count: 90,
  },
]);

/** The classes whose calls can be limited, each with its own way to send. */
export const subjects: readonly Subject[] = [
  {
    name: "ChatOpenAI",
    model: (url, more) => new ChatOpenAI({ model: "gpt-4o", apiKey: "k", configuration: { baseURL: url }, ...more }),
    answer: COMPLETION,
    limit: ["max_tokens"],
  },
  {
    name: "ChatOpenAI, a reasoning model",
    model: (url, more) => new ChatOpenAI({ model: "o3-mini", apiKey: "k", configuration: { baseURL: url }, ...more }),
    answer: COMPLETION,
    limit: ["max_completion_tokens"],
  },
  {
    name: "ChatOpenAI, Responses",
    model: (url, more) =>
      new ChatOpenAI({
        model: "gpt-5",
        apiKey: "k",
        useResponsesApi: true,
        configuration: { baseURL: url },
        ...more,
      }),
    answer: RESPONSE,
    limit: ["max_output_tokens"],
  },
  {
    name: "ChatOpenAI, a limit among its kwargs",
    model: (url, more) =>
      new ChatOpenAI({
        model: "gpt-4o",
        apiKey: "k",
        configuration: { baseURL: url, maxRetries: 3 },
        modelKwargs: { max_completion_tokens: 5000 },
        ...more,
      }),
    answer: COMPLETION,
    limit: ["max_completion_tokens"],
  },
  {
    name: "AzureChatOpenAI",
    model: (url, more) => azure({ model: "gpt-4o", ...more })(url),
    answer: COMPLETION,
    limit: ["max_tokens"],
  },
  {
    name: "ChatAnthropic",
    model: (url, more) => new ChatAnthropic({ model: "claude-sonnet-4-5", apiKey: "k", anthropicApiUrl: url, ...more }),
    answer: asAsked(
      anthropicAnswers({
        usage: { input_tokens: 1600, output_tokens: 90 },
        started: { input_tokens: 1600, output_tokens: 0 },
      }),
    ),
    limit: ["max_tokens"],
  },
  {
    name: "ChatAnthropic, a limit among its kwargs",
    model: (url, more) =>
      new ChatAnthropic({
        model: "claude-sonnet-4-5",
        apiKey: "k",
        anthropicApiUrl: url,
        invocationKwargs: { max_tokens: 30_000 },
        ...more,
      }),
    answer: asAsked(
      anthropicAnswers({
        usage: { input_tokens: 1600, output_tokens: 90 },
        started: { input_tokens: 1600, output_tokens: 0 },
      }),
    ),
    limit: ["max_tokens"],
  },
  {
    name: "ChatBedrockConverse",
    model: (url, { maxRetries } = {}) =>
      new ChatBedrockConverse({
        model: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        region: "us-east-1",
        credentials: { accessKeyId: "k", secretAccessKey: "s" },
        clientOptions: {
          requestHandler: requestHandlerTo(url),
          ...(maxRetries === undefined ? {} : { maxAttempts: maxRetries + 1 }),
        },
      }),
    answer: asAsked(converseAnswers({ usage: { inputTokens: 1600, outputTokens: 90, totalTokens: 1690 } })),
    limit: ["inferenceConfig", "maxTokens"],
  },
  {
    name: "ChatGoogle",
    model: (url, more) => onGeminiApi(more)(url),
    answer: GEMINI,
    limit: ["generationConfig", "maxOutputTokens"],
  },
  {
    name: "ChatGoogleGenerativeAI",
    model: (url, more) => new ChatGoogleGenerativeAI({ model: "gemini-2.5-flash", apiKey: "k", baseUrl: url, ...more }),
    answer: GEMINI,
    limit: ["generationConfig", "maxOutputTokens"],
  },
  {
    name: "ChatMistralAI",
    model: (url, more) => new ChatMistralAI({ model: "mistral-large-latest", apiKey: "k", serverURL: url, ...more }),
    answer: asAsked(chatCompletion({ model: "m", usage: USAGE, place: "last choice" })),
    limit: ["max_tokens"],
  },
  {
    name: "ChatGroq",
    model: (url, more) => new ChatGroq({ model: "openai/gpt-oss-120b", apiKey: "k", baseUrl: url, ...more }),
    answer: COMPLETION,
    limit: ["max_completion_tokens"],
  },
  {
    name: "ChatDeepSeek",
    model: (url, more) =>
      new ChatDeepSeek({ model: "deepseek-chat", apiKey: "k", configuration: { baseURL: url }, ...more }),
    answer: COMPLETION,
    limit: ["max_tokens"],
  },
  {
    name: "ChatXAI",
    model: (url, more) => new ChatXAI({ model: "grok-4", apiKey: "k", baseURL: url, ...more }),
    answer: COMPLETION,
    limit: ["max_tokens"],
  },
  {
    name: "ChatXAIResponses",
    model: (url, more) => new ChatXAIResponses({ model: "grok-4", apiKey: "k", baseURL: url, ...more }),
    answer: RESPONSE,
    limit: ["max_output_tokens"],
  },
  {
    name: "ChatOpenRouter",
    model: (url, more) => new ChatOpenRouter({ model: "acme/some-model", apiKey: "k", baseURL: url, ...more }),
    answer: asAsked(openRouter(UNBILLED)),
    limit: ["max_tokens"],
  },
  {
    name: "ChatOllama",
    model: (url) => new ChatOllama({ model: "llama3.2", baseUrl: url }),
    answer: OLLAMA,
    limit: ["options", "num_predict"],
    triesOnce: true,
  },
];
