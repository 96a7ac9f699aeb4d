import { describe, expect, it } from "@jest/globals";
import { HumanMessage, type BaseMessage } from "@langchain/core/messages";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { ChatAnthropic } from "@langchain/anthropic";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { ChatGoogleGenerativeAI } from "@langchain/google-genai";
import { ChatOpenAI } from "@langchain/openai";
import { Budget, BudgetExceededError, ConfigurationError, withBudget } from "../../src/index.js";
import { chatCompletion } from "../everybody/chat_completions.js";
import { atHost } from "../everybody/other_hosts.js";
import { failure, weather } from "../support/completions.js";
import { useWireServer } from "../support/use_server.js";
import { behind, RecordingGate } from "./recording_gate.js";
import { boundOfPrompt } from "../../src/with_budget/prompt_bound.js";

const server = useWireServer();
const pricing = { inputUsdPerMillion: "1", outputUsdPerMillion: "2" };
const usage = { prompt_tokens: 1600, completion_tokens: 90, total_tokens: 1690 };
const WHOLE = chatCompletion({ model: "m", usage }).invoke;

const openAI = (fields: object = {}) =>
  new ChatOpenAI({ model: "gpt-4o", apiKey: "k", maxRetries: 0, configuration: { baseURL: server.url }, ...fields });

/** What a prompt is bounded by, with what a model is asked besides. */
async function bounded(messages: BaseMessage[], params: object): Promise<boolean> {
  return (await boundOfPrompt(messages, { ...params })) !== undefined;
}

describe("a prompt", () => {
  const hi = [new HumanMessage("Hi")];
  it.each<[string, object]>([
    ["functions", { tools: [weather] }],
    [
      "Anthropic's client tools",
      {
        tools: [
          { type: "bash_20250124", name: "bash" },
          { name: "f", input_schema: {} },
        ],
      },
    ],
    ["Gemini's functions", { tools: [{ functionDeclarations: [{ name: "f" }] }] }],
    ["Bedrock's tools", { toolConfig: { tools: [{ toolSpec: { name: "f" } }, { cachePoint: { type: "default" } }] } }],
  ])("is bounded with %s", async (_, params) => {
    expect(await bounded(hi, params)).toBe(true);
  });

  it.each<[string, object]>([
    ["OpenAI's search", { tools: [weather, { type: "web_search" }] }],
    ["OpenAI's interpreter", { tools: [{ type: "code_interpreter", container: { type: "auto" } }] }],
    ["Anthropic's search", { tools: [{ type: "web_search_20250305", name: "web_search" }] }],
    ["Gemini's search", { tools: [{ googleSearch: {} }] }],
    ["Bedrock's own tools", { toolConfig: { tools: [{ systemTool: { name: "nova_grounding" } }] } }],
    ["xAI's live search", { search_parameters: { mode: "auto" } }],
    ["OpenRouter's plugins", { plugins: [{ id: "web" }] }],
    ["a conversation that the server has", { previous_response_id: "resp_1" }],
  ])("is not bounded with %s", async (_, params) => {
    expect(await bounded(hi, params)).toBe(false);
  });

  it("is not bounded where it has a file", async () => {
    const file = { type: "file", source_type: "url", url: "https://example.org/a.pdf" };
    expect(await bounded([new HumanMessage({ content: [file] })], {})).toBe(false);
  });

  it("is bounded by all bytes that any provider may read of it", async () => {
    const thought = { type: "thinking", thinking: "x".repeat(5_000), signature: "y".repeat(5_000) };
    expect(await boundOfPrompt([new HumanMessage({ content: [thought] })], {})).toBeGreaterThan(10_000);
  });
});

describe("a call is denied, and nothing is sent,", () => {
  const search = { type: "web_search" as const };
  const atStranger = () => openAI(atHost("https://api.example.org/v1", server.url));
  it.each<[string, () => { invoke(input: string): Promise<unknown> }, RegExp]>([
    ["where there is no price", () => withBudget(atStranger(), { limitUsd: "1" }), /cannot bound/],
    [
      "with a server's own tool",
      () => withBudget(openAI(), { limitUsd: "1" }, { pricing }).bindTools([search]),
      /tool of the server/,
    ],
  ])("%s", async (_, make, reason) => {
    const before = server.requests.length;
    const error = await failure(make().invoke("Hi"));
    expect(error).toBeInstanceOf(BudgetExceededError);
    expect(error).toHaveProperty("message", expect.stringMatching(reason));
    expect(server.requests.length).toBe(before);
  });
});

describe("a class whose option for a limit is not known", () => {
  const fake = () => new FakeListChatModel({ responses: ["Hello"] });

  it("is refused where a limit is needed", async () => {
    const budget = new Budget({ limitUsd: "1" });
    const error = await failure(withBudget(fake(), budget, { pricing }).invoke("Hi"));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ option: "limitOutput" });
    expect(await budget.state()).toMatchObject({ spent: "0", held: "0" });
  });

  it("is asked where the user says how, or that it may be, or where none is needed", async () => {
    const limits: number[] = [];
    const limitOutput = (tokens: number) => ({ x: limits.push(tokens) });
    await withBudget(fake(), { limitUsd: "1" }, { pricing, limitOutput }).invoke("Hi");
    expect(limits).toHaveLength(1);
    await withBudget(fake(), { limitUsd: "1", onUnpriced: "allow" }, { pricing }).invoke("Hi");
    await withBudget(fake(), { limitCalls: 1 }).invoke("Hi");
    await withBudget(fake(), { limitUsd: "0.000000001" }, { pricing: "free" }).invoke("Hi");
  });
});

it("asks for all answers and for the limit that a call has", async () => {
  server.reply(WHOLE);
  const gate = new RecordingGate();
  await behind(openAI({ n: 3, maxTokens: 40 }), gate).invoke("Hi");
  expect(gate.records[0]?.call).toMatchObject({ n: 3, maxOutputTokens: 40, provider: "openllm", model: "gpt-4o" });
});

it("leaves the greatest answers that a class allows by itself to the gate", async () => {
  const gate = new RecordingGate({ denies: () => new Error("seen") });
  const seen: unknown[] = [];
  const watching = { admit: (call: never, facts: never) => (seen.push(call), gate.admit(call, facts)) };
  const models = [
    new ChatAnthropic({ model: "claude-sonnet-4-5", apiKey: "k" }),
    new ChatGoogleGenerativeAI({ model: "gemini-2.5-flash", apiKey: "k" }),
  ];
  for (const model of models) await failure(behind<BaseChatModel>(model, gate, { gate: watching }).invoke("Hi"));
  expect(seen).toMatchObject([{ maxOutputTokens: 16_384 }, { modelMaxOutputTokens: 65_536 }]);
});

it.each([
  [{ price: "free" }, "price"],
  [{ table: {} }, "table"],
  [{ limitOutput: 5 }, "limitOutput"],
])("refuses options that cannot be: %j", (options, option) => {
  const made = () => withBudget(openAI(), { limitUsd: "1" }, options as object);
  expect(made).toThrow(expect.objectContaining({ name: "ConfigurationError", option }));
});

it("refuses what is no chat model, and no budget", () => {
  expect(() => withBudget(openAI().withRetry() as never, { limitUsd: "1" })).toThrow(/no chat model/);
  expect(() => withBudget(openAI(), [])).toThrow(/no budget/);
});
