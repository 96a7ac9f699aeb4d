import { json, sse } from "../support/wire_script.js";
import type { Reply } from "../support/wire_server.js";

/** OpenRouter's usage, as it stands on an answer and on a stream's last event. */
export type OpenRouterUsage = Readonly<Record<string, unknown>>;

/** What differs between answers: fields of the answer beside `usage`. */
export interface OpenRouterAnswer extends Readonly<Record<string, unknown>> {
  model?: string;
  service_tier?: string;
}

const MODEL = "acme/some-model";

/** Usage of 1,600 tokens in and 90 out, billed at $0.00312. */
export const BILLED: OpenRouterUsage = {
  prompt_tokens: 1600,
  completion_tokens: 90,
  total_tokens: 1690,
  cost: 0.00312,
  is_byok: false,
  prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 0, audio_tokens: 0, video_tokens: 0 },
  // Repeats the cost where OpenRouter's own key was used.
  cost_details: {
    upstream_inference_cost: 0.00312,
    upstream_inference_prompt_cost: 0.0024,
    upstream_inference_completions_cost: 0.00072,
  },
  completion_tokens_details: { reasoning_tokens: 0, image_tokens: 0, audio_tokens: 0 },
};

/** The same call without a word on its cost. */
export const UNBILLED: OpenRouterUsage = { prompt_tokens: 1600, completion_tokens: 90, total_tokens: 1690 };

/** OpenRouter's bytes for one answer, whole and streamed. Its stream has usage on an event that still has a choice. */
export function openRouter(
  usage: OpenRouterUsage | undefined,
  answer: OpenRouterAnswer = {},
): Record<"invoke" | "stream" | "chunks", Reply> {
  const stream = sse(events(usage, answer));
  return { invoke: json(200, whole(usage, answer)), stream, chunks: stream };
}

/** The same answer by how it is asked, for agents, which do both. */
export function asAsked(replies: Record<"invoke" | "stream", Reply>): Reply {
  return (request) => {
    const reply = replies[(request.json as { stream?: boolean }).stream === true ? "stream" : "invoke"];
    return typeof reply === "function" ? reply(request) : reply;
  };
}

function whole(usage: OpenRouterUsage | undefined, answer: OpenRouterAnswer): object {
  return {
    id: "gen-1764000000-a1b2c3",
    provider: "Acme",
    model: MODEL,
    object: "chat.completion",
    created: 1764000000,
    system_fingerprint: null,
    choices: [
      {
        index: 0,
        logprobs: null,
        finish_reason: "stop",
        native_finish_reason: "end_turn",
        message: { role: "assistant", content: "Hello", refusal: null, reasoning: null },
      },
    ],
    ...(usage === undefined ? {} : { usage }),
    ...answer,
  };
}

/** The events of a stream up to its end: `[DONE]` is left to the script. */
export function events(usage: OpenRouterUsage | undefined, answer: OpenRouterAnswer = {}): unknown[] {
  const event = (content: string, finish: string | null, more: object = {}) => ({
    id: "gen-1764000000-a1b2c3",
    provider: "Acme",
    model: MODEL,
    object: "chat.completion.chunk",
    created: 1764000000,
    choices: [
      {
        index: 0,
        delta: { role: "assistant", content },
        finish_reason: finish,
        native_finish_reason: finish,
        logprobs: null,
      },
    ],
    ...answer,
    ...more,
  });
  return [
    ": OPENROUTER PROCESSING\n\n",
    event("Hel", null),
    event("lo", null),
    event("", "stop"),
    event("", null, usage === undefined ? {} : { usage }),
  ];
}
