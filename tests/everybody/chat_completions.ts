import { json, sse, type Step } from "../support/wire_script.js";
import type { Reply } from "../support/wire_server.js";
import type { Way } from "./reports.js";

type Json = Readonly<Record<string, unknown>>;

/** Where a stream has its usage. OpenAI sends an event of its own; DeepSeek and many others use the last one with a choice. */
export type UsagePlace = "own event" | "last choice" | "each event";

/** A chat completion as OpenAI and those who are compatible with it send it. */
export interface Completion {
  model: string;
  usage: unknown;
  /** @default "own event" */
  place?: UsagePlace;
  /** Fields beside `choices` on the answer and on each event of the stream. */
  top?: Json;
  /** Fields of the message beside its text. */
  message?: Json;
  /** How many answers there are to one prompt. @default 1 */
  answers?: number;
  /** What the server does in the middle of a stream, before it has said what was used. */
  fault?: Step;
}

/** A completion's bytes, whole and streamed. */
export function chatCompletion(completion: Completion): Record<"invoke" | "stream", Reply> {
  return { invoke: json(200, whole(completion)), stream: sse(events(completion), { done: !completion.fault }) };
}

/** The same where a package streams behind `invoke` for handlers that ask for it. */
export function inAllWays(completion: Completion): Record<Way, Reply> {
  const { invoke, stream } = chatCompletion(completion);
  return { invoke, stream, chunks: stream, events: stream };
}

function whole({ model, usage, top, message, answers = 1 }: Completion): object {
  const choices = Array.from({ length: answers }, (_, index) => ({
    index,
    message: { role: "assistant", content: "Hello", refusal: null, ...message },
    logprobs: null,
    finish_reason: "stop",
  }));
  return { id: "chatcmpl-1", object: "chat.completion", created: 1764000000, model, choices, usage, ...top };
}

function events(completion: Completion): unknown[] {
  const { usage, place = "own event", message, answers = 1, fault } = completion;
  const indexes = Array.from({ length: answers }, (_, index) => index);
  const onEach = place === "each event" ? { usage } : {};
  const begun = indexes.map((index) =>
    event(completion, { index, delta: { role: "assistant", content: "Hello", ...message } }, onEach),
  );
  if (fault !== undefined) return [...begun, fault];
  const onLast = place === "last choice" ? { usage } : onEach;
  const ended = indexes.map((index) => event(completion, { index, delta: {}, finish_reason: "stop" }, onLast));
  return place === "own event" ? [...begun, ...ended, event(completion, undefined, { usage })] : [...begun, ...ended];
}

function event({ model, top }: Completion, choice: Json | undefined, more: Json): object {
  const choices = choice === undefined ? [] : [{ logprobs: null, finish_reason: null, ...choice }];
  return { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1764000000, model, choices, ...top, ...more };
}
