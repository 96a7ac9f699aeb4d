import { readMark } from "./question.js";

/** A JSON object from outside. */
export type Json = Record<string, unknown>;

/** A chat request as both wires have it, as far as the server under test looks at it. */
export interface ChatRequest {
  wire: "openai" | "ollama";
  model: string;
  messages: Json[];
  tools: Json[];
  /** A schema for the answer. */
  schema?: unknown;
  stream: boolean;
  asksForUsage: boolean;
  maxTokens?: number;
  n: number;
  mark: { index: number; part: number };
  /** How often tools were called before. */
  turn: number;
}

/** Reads a request's body. Throws on what no model under test sends. Each call has a path of its own before the API's. */
export function readChatRequest(path: string, body: string): ChatRequest {
  const json = JSON.parse(body) as Json; // checked below, as far as it matters
  const [, api] = /^\/\d+(\/.*)$/.exec(path) ?? [];
  const wire = api === "/api/chat" ? "ollama" : api === "/v1/chat/completions" ? "openai" : undefined;
  const messages = listOf(json.messages);
  const mark = readMark(messages.flatMap((message) => textsOf(message)).join("\n"));
  if (wire === undefined || mark === undefined) throw new Error(`\`${path}\` was asked: \`${body.slice(0, 200)}\`.`);
  const limit = wire === "ollama" ? objectOf(json.options).num_predict : json.max_tokens;
  return {
    wire,
    model: String(json.model),
    messages,
    tools: listOf(json.tools),
    schema: wire === "ollama" ? json.format : json.response_format,
    stream: json.stream === true,
    asksForUsage: wire === "ollama" || objectOf(json.stream_options).include_usage === true,
    maxTokens: typeof limit === "number" ? limit : undefined,
    n: typeof json.n === "number" ? json.n : 1,
    mark,
    turn: messages.filter((message) => listOf(message.tool_calls).length > 0).length,
  };
}

/** Every text of a message that a chat template writes out. */
export function textsOf(message: Json): string[] {
  const { content, reasoning_content, thinking } = message;
  const parts = Array.isArray(content) ? listOf(content).map(({ text }) => text) : [content];
  const calls = listOf(message.tool_calls).flatMap((call) => {
    const { name, arguments: args } = objectOf(call.function);
    return [name, typeof args === "string" ? args : JSON.stringify(args)];
  });
  return [...parts, reasoning_content, thinking, ...calls].filter((text) => typeof text === "string");
}

/** How many images a message has. */
export function imagesOf({ content, images }: Json): number {
  return listOf(content).filter(({ type }) => type === "image_url").length + listOf(images).length;
}

const listOf = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const objectOf = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
