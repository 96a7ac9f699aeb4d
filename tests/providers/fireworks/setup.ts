import type { AIMessage, AIMessageChunk, BaseMessageLike } from "@langchain/core/messages";
import { concat } from "@langchain/core/utils/stream";
import { ChatFireworks } from "../../../src/providers/fireworks/chat.js";
import type { ChatFireworksCallOptions, ChatFireworksInput } from "../../../src/providers/fireworks/options.js";
import { json, sse, type Script, type ScriptOptions } from "../../support/wire_script.js";
import type { WireServer } from "../../support/wire_server.js";

/** A key that is none. */
export const KEY = "fw_not_a_key";
/** A model with a listed price: 0.15 USD per million input tokens, 0.015 cached, 0.60 output. */
export const MODEL = "accounts/fireworks/models/gpt-oss-120b";

type Fields = Record<string, unknown>;

/** A model that talks to a wire server. */
export function fireworks(server: WireServer, fields: ChatFireworksInput = {}): ChatFireworks {
  return new ChatFireworks({
    model: MODEL,
    apiKey: KEY,
    baseURL: `${server.url}/inference/v1`,
    maxRetries: 0,
    ...fields,
  });
}

/** The same at Fireworks' own address, for which the wire server stands in. */
export function fireworksAtHome(server: WireServer, fields: ChatFireworksInput = {}): ChatFireworks {
  return fireworks(server, { ...fields, baseURL: "https://api.fireworks.ai/inference/v1", fetch: standingIn(server) });
}

/** A `fetch` to Fireworks that ends at a wire server. */
export function standingIn(server: WireServer): typeof fetch {
  return (url, init) => fetch(String(url).replace("https://api.fireworks.ai", server.url), init);
}

export const USAGE = { prompt_tokens: 35, completion_tokens: 9, total_tokens: 44 };

/** A whole answer: fields of its message, and of the body around it. */
export function whole(
  message: Fields = { content: "Hello." },
  { choice, ...body }: Fields & { choice?: Fields } = {},
  options?: ScriptOptions,
): Script {
  const choices = [
    {
      index: 0,
      finish_reason: message.tool_calls ? "tool_calls" : "stop",
      message: { role: "assistant", ...message },
      ...choice,
    },
  ];
  return json(
    200,
    {
      id: "chatcmpl-1",
      object: "chat.completion",
      created: 1_780_000_000,
      model: MODEL,
      choices,
      usage: USAGE,
      ...body,
    },
    options,
  );
}

/** One event of a stream. */
export function event(delta: Fields, { choice, ...body }: Fields & { choice?: Fields } = {}): Fields {
  return {
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1_780_000_000,
    model: MODEL,
    choices: [{ index: 0, delta, finish_reason: null, ...choice }],
    ...body,
  };
}

/** The event that ends an answer, with the usage on it as Fireworks documents it. */
export const lastEvent = (body: Fields = { usage: USAGE }, reason = "stop") =>
  event({}, { choice: { finish_reason: reason }, ...body });

/** The event without choices that carries usage on some models. */
export const usageEvent = (usage: Fields = USAGE) => ({ ...event({}), choices: [], usage });

/** A streamed answer of some deltas. */
export function streamed(
  deltas: readonly Fields[] = [{ content: "Hel" }, { content: "lo." }],
  body?: Fields,
  options?: ScriptOptions,
): Script {
  const reason = deltas.some((delta) => "tool_calls" in delta) ? "tool_calls" : "stop";
  return sse([...deltas.map((delta) => event(delta)), lastEvent(body, reason)], options);
}

/** The same answer either way. */
export const answers = (message: Fields, isStreamed: boolean) => (isStreamed ? streamed([message]) : whole(message));

/** Both ways to ask. */
export const WAYS = [
  { way: "whole", isStreamed: false },
  { way: "streamed", isStreamed: true },
];

/** Asks a model, and adds the chunks up where the answer is streamed. */
export async function ask(
  model: Pick<ChatFireworks, "invoke" | "stream">,
  isStreamed: boolean,
  input: string | BaseMessageLike[] = "Say hello.",
  options: Partial<ChatFireworksCallOptions> = {},
): Promise<AIMessage> {
  if (!isStreamed) return model.invoke(input, options);
  let sum: AIMessageChunk | undefined;
  for await (const chunk of await model.stream(input, options)) sum = sum ? concat(sum, chunk) : chunk;
  if (!sum) throw new Error("The stream had no chunk.");
  return sum;
}

/** The body of the last request. */
export function lastBody(server: WireServer): Fields {
  return server.requests.at(-1)?.json as Fields; // chat requests are JSON objects
}

/** A server that answers everything with "Hello.", streamed where that is asked for. */
export const hello = (request: { json: unknown }) => ((request.json as Fields).stream === true ? streamed() : whole());
