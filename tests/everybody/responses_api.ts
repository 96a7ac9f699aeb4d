import { json, sse } from "../support/wire_script.js";
import type { Reply } from "../support/wire_server.js";
import type { Way } from "./reports.js";

type Json = Readonly<Record<string, unknown>>;

/** A response as OpenAI's Responses API sends it, and as xAI's does. */
export interface ModelResponse {
  model: string;
  usage: unknown;
  /** What was done before the message: searches, code. */
  items?: readonly Json[];
  /** Fields beside `output`. */
  top?: Json;
}

/** A search of the web; `action` says what of it is billed. */
export const webSearch = (id: string, action: Json): Json => ({
  id,
  type: "web_search_call",
  status: "completed",
  action,
});

/** A response's bytes, in each way that it is asked for. */
export function modelResponse(response: ModelResponse): Record<Way, Reply> {
  const stream = sse(events(response).map(framed), { done: false });
  return { invoke: json(200, whole(response)), stream, chunks: stream, events: stream };
}

const MESSAGE = {
  id: "msg_1",
  type: "message",
  status: "completed",
  role: "assistant",
  content: [{ type: "output_text", text: "Hello", annotations: [], logprobs: [] }],
};

function whole({ model, usage, items = [], top }: ModelResponse): Json {
  return {
    id: "resp_1",
    object: "response",
    created_at: 1764000000,
    status: "completed",
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    model,
    output: [...items, MESSAGE],
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: "medium", summary: null },
    service_tier: "default",
    tool_choice: "auto",
    tools: [],
    usage,
    user: null,
    metadata: {},
    ...top,
  };
}

function events(response: ModelResponse): Json[] {
  const last = whole(response);
  // At its beginning a response says neither what it used nor on which tier.
  const first = { ...last, status: "in_progress", output: [], usage: null, service_tier: "auto" };
  return [
    { type: "response.created", response: first },
    { type: "response.in_progress", response: first },
    ...(response.items ?? []).flatMap(itemEvents),
    ...messageEvents(response.items?.length ?? 0),
    { type: "response.completed", response: last },
  ];
}

function itemEvents(item: Json, index: number): Json[] {
  const at = { output_index: index, item_id: item.id };
  return [
    { type: "response.output_item.added", output_index: index, item: { ...item, status: "in_progress" } },
    { type: `response.${String(item.type)}.in_progress`, ...at },
    { type: `response.${String(item.type)}.completed`, ...at },
    { type: "response.output_item.done", output_index: index, item },
  ];
}

function messageEvents(index: number): Json[] {
  const at = { item_id: MESSAGE.id, output_index: index, content_index: 0 };
  const part = { type: "output_text", text: "", annotations: [], logprobs: [] };
  const added = { ...MESSAGE, status: "in_progress", content: [] };
  return [
    { type: "response.output_item.added", output_index: index, item: added },
    { type: "response.content_part.added", ...at, part },
    { type: "response.output_text.delta", ...at, delta: "Hello", logprobs: [] },
    { type: "response.output_text.done", ...at, text: "Hello", logprobs: [] },
    { type: "response.content_part.done", ...at, part: { ...part, text: "Hello" } },
    { type: "response.output_item.done", output_index: index, item: MESSAGE },
  ];
}

function framed(event: Json, sequence_number: number): string {
  return `event: ${String(event.type)}\ndata: ${JSON.stringify({ sequence_number, ...event })}\n\n`;
}
