import type { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import type { BaseLanguageModelInput } from "@langchain/core/language_models/base";
import { ChatOpenLLM, type ChatOpenLLMCallOptions, type ChatOpenLLMInput } from "../../src/openllm.js";
import { json, sse, type Script } from "./wire_script.js";
import type { WireServer } from "./wire_server.js";

type Json = Record<string, unknown>;

/** How an answer is asked for. */
export type Mode = "stream" | "whole";
export const modes: readonly Mode[] = ["stream", "whole"];

/** A chunk of a stream with one delta. */
export function chunk(delta: unknown, choice: Json = {}, top: Json = {}): Json {
  return {
    id: "c1",
    object: "chat.completion.chunk",
    model: "m",
    choices: [{ index: 0, delta, finish_reason: null, ...choice }],
    ...top,
  };
}

/** The chunk that ends an answer. */
export function end(reason: string | null = "stop", top: Json = {}): Json {
  return chunk({}, { finish_reason: reason }, top);
}

/** The chunk that has the usage, and no choice. */
export function spent(prompt: unknown, completion: unknown, more: Json = {}): Json {
  return { id: "c1", object: "chat.completion.chunk", choices: [], usage: counts(prompt, completion, more) };
}

/** A usage object. */
export function counts(prompt: unknown, completion: unknown, more: Json = {}): Json {
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: Number(prompt) + Number(completion),
    ...more,
  };
}

/** A piece of a tool call in a delta. */
export function piece(call: Json): Json {
  return chunk({ tool_calls: [call] });
}

/** An answer that is not streamed. */
export function completion(message: unknown, choice: Json = {}, top: Json = {}): Json {
  return {
    id: "c1",
    object: "chat.completion",
    model: "m",
    choices: [{ index: 0, message, finish_reason: "stop", ...choice }],
    usage: counts(10, 5),
    ...top,
  };
}

/** A text as an answer, in the form that the request asks for. */
export function saying(text: string, reason = "stop"): (request: { json: unknown }) => Script {
  return ({ json: body }) =>
    isStreamed(body)
      ? sse([chunk({ role: "assistant", content: text }), end(reason), spent(10, 5)])
      : json(200, completion({ content: text }, { finish_reason: reason }));
}

/** The body of the last request. Throws when there was none. */
export function lastBody(server: WireServer): Json {
  const last = server.requests.at(-1);
  if (last === undefined) throw new Error("nothing was sent");
  return last.json as Json; // only JSON objects are sent here
}

/** The messages of the last request. */
export function lastMessages(server: WireServer): Json[] {
  return lastBody(server).messages as Json[]; // as all that is sent here
}

/** The message of a generation, for calls of `generate`. Throws when there is none. */
export function messageOf(generation: unknown): AIMessage {
  if (generation === undefined) throw new Error("there is no such generation");
  return (generation as { message: AIMessage }).message; // what chat models generate
}

/** True for a request for a stream. */
export function isStreamed(body: unknown): boolean {
  return (body as Json).stream === true;
}

/** A model of a wire server. Nothing is tried again unless a test says so. */
export function modelOf(server: WireServer, fields: ChatOpenLLMInput = {}): ChatOpenLLM {
  return new ChatOpenLLM({ model: "m", baseURL: `${server.url}/v1`, maxRetries: 0, ...fields });
}

/** The answer of a model as its user gets it: the sum of the chunks where it is streamed. */
export async function ask(
  model: ChatOpenLLM,
  mode: Mode,
  options: Partial<ChatOpenLLMCallOptions> = {},
  input: BaseLanguageModelInput = "Name one ocean.",
): Promise<AIMessage> {
  if (mode === "whole") return model.invoke(input, options);
  let sum: AIMessageChunk | undefined;
  for await (const each of await model.stream(input, options)) sum = sum?.concat(each) ?? each;
  if (sum === undefined) throw new Error("the stream had no chunk");
  return sum;
}

/** What a promise rejects with. Throws when it does not. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}

/** The reasoning of a message, as blocks show it. */
export function reasoningOf(message: AIMessage): string {
  return message.contentBlocks.map((block) => (block.type === "reasoning" ? block.reasoning : "")).join("");
}

/** The tool calls of a message, without ids. */
export function callsOf(message: AIMessage): [name: string, args: unknown][] {
  return (message.tool_calls ?? []).map(({ name, args }) => [name, args]);
}

/** The broken tool calls of a message, without ids. */
export function brokenOf(message: AIMessage): [name: string | undefined, args: string | undefined][] {
  return (message.invalid_tool_calls ?? []).map(({ name, args }) => [name, args]);
}

/** A weather tool, as OpenAI's API has it. */
export const weather = {
  type: "function" as const,
  function: {
    name: "get_weather",
    description: "Weather of a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};

/** A second tool. */
export const clock = {
  type: "function" as const,
  function: { name: "get_time", description: "Time", parameters: { type: "object", properties: {} } },
};
