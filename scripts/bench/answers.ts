import type { Delivery, WireName } from "./jobs.js";

/** An answer as it is on the wire: its events, one after the other. */
export interface Answer {
  contentType: string;
  events: string[];
  /** What says that a stream is over. */
  end: string[];
}

const USAGE = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };
const HEAD = { id: "chatcmpl-1", created: 1_700_000_000, model: "m" };
const TEXT = "High water at Dover is at noon, low water a little after six in the evening.";

/** What a server answers: as many pieces of text as are asked for, and what ends a stream; or a whole answer. */
export function answerOf(wire: WireName, delivery: Delivery, count: number): Answer {
  if (delivery === "whole") return { contentType: "application/json", events: [JSON.stringify(WHOLE[wire])], end: [] };
  const words = Array.from({ length: count }, (_, index) => ` word${index % 100}`);
  const { contentType, piece, end } = STREAMED[wire];
  return { contentType, events: words.map(piece), end };
}

const WHOLE = {
  openai: {
    ...HEAD,
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content: TEXT }, finish_reason: "stop" }],
    usage: USAGE,
  },
  ollama: {
    model: "m",
    created_at: "2026-01-01T00:00:00Z",
    message: { role: "assistant", content: TEXT },
    done: true,
    done_reason: "stop",
    prompt_eval_count: 10,
    eval_count: 20,
  },
};

const sse = (choices: object[], rest: object = {}): string =>
  `data: ${JSON.stringify({ ...HEAD, object: "chat.completion.chunk", choices, ...rest })}\n\n`;
const choice = (delta: object, finish_reason: string | null = null): object[] => [{ index: 0, delta, finish_reason }];
const line = (content: string, rest: object): string =>
  `${JSON.stringify({ model: "m", created_at: "2026-01-01T00:00:00Z", message: { role: "assistant", content }, ...rest })}\n`;

const STREAMED = {
  openai: {
    contentType: "text/event-stream",
    piece: (content: string) => sse(choice({ content })),
    end: [sse(choice({}, "stop")), sse([], { usage: USAGE }), "data: [DONE]\n\n"],
  },
  ollama: {
    contentType: "application/x-ndjson",
    piece: (content: string) => line(content, { done: false }),
    end: [line("", { done: true, done_reason: "stop", prompt_eval_count: 10, eval_count: 20 })],
  },
};
