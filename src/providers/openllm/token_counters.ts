import { isObject, type Json } from "../../base/json.js";
import { tokenCount } from "../../base/counts.js";

/** A prompt as it would be sent. */
export interface CountedPrompt {
  model?: string;
  messages: Json[];
  tools?: unknown[];
  /** Fields of the request that shape the prompt, such as `chat_template_kwargs`. */
  shaping: Json;
  hasImages: boolean;
}

/** Posts to the server and resolves to its answer; rejects when it has no such endpoint or fails. */
export type Post = (under: "root" | "base", path: string, body: Json) => Promise<Json>;

/** A way to have a server count a prompt with its own template and vocabulary. */
export interface TokenCounter {
  name: string;
  /** Whether images are counted as they will be. */
  countsImages?: boolean;
  /** Resolves to `undefined` when the answer is not one of this kind of server. */
  count: (post: Post, prompt: CountedPrompt) => Promise<number | undefined>;
}

/** In the order in which they are tried. Each counts what the same request is then charged. */
export const TOKEN_COUNTERS: readonly TokenCounter[] = [
  {
    name: "llama.cpp /chat/completions/input_tokens",
    countsImages: true,
    count: async (post, prompt) =>
      tokenCount((await post("base", "/chat/completions/input_tokens", chatBody(prompt))).input_tokens),
  },
  {
    name: "vLLM /tokenize",
    count: async (post, prompt) => tokenCount((await post("root", "/tokenize", tokenizeBody(prompt))).count),
  },
  {
    name: "SGLang /v1/tokenize",
    count: async (post, prompt) => tokenCount((await post("base", "/tokenize", tokenizeBody(prompt))).count),
  },
  {
    name: "TGI /chat_tokenize",
    count: async (post, prompt) => lengthOf((await post("root", "/chat_tokenize", chatBody(prompt))).tokenize_response),
  },
  { name: "llama.cpp /apply-template", count: byTemplate },
  { name: "text-generation-webui /internal/chat-prompt", count: byChatPrompt },
];

function chatBody({ model, messages, tools, shaping }: CountedPrompt): Json {
  return { ...shaping, ...(model === undefined ? {} : { model }), messages, ...(tools === undefined ? {} : { tools }) };
}

function tokenizeBody(prompt: CountedPrompt): Json {
  return { add_generation_prompt: true, ...chatBody(prompt) };
}

function lengthOf(value: unknown): number | undefined {
  return Array.isArray(value) ? value.length : undefined;
}

async function byTemplate(post: Post, prompt: CountedPrompt): Promise<number | undefined> {
  const { prompt: content } = await post("root", "/apply-template", chatBody(prompt));
  if (typeof content !== "string") return undefined;
  // As the server itself does with a chat: special tokens are read, and a first one is added where the model wants it.
  return lengthOf((await post("root", "/tokenize", { content, add_special: true, parse_special: true })).tokens);
}

async function byChatPrompt(post: Post, prompt: CountedPrompt): Promise<number | undefined> {
  const { prompt: text } = await post("base", "/internal/chat-prompt", chatBody(prompt));
  if (typeof text !== "string") return undefined;
  return tokenCount((await post("base", "/internal/token-count", { text })).length);
}

/** Fields that change the prompt which the server's template makes of the messages. */
const SHAPING = [
  "chat_template_kwargs",
  "chat_template",
  "add_generation_prompt",
  "continue_final_message",
  "documents",
  "reasoning_effort",
];

/** What of a request's fields shapes its prompt. */
export function shapingFields(params: Json): Json {
  return Object.fromEntries(SHAPING.flatMap((name) => (params[name] === undefined ? [] : [[name, params[name]]])));
}

/** True when a message has a part that is no text. */
export function hasImages(messages: readonly Json[]): boolean {
  return messages.some(
    ({ content }) => Array.isArray(content) && content.some((part: unknown) => isObject(part) && part.type !== "text"),
  );
}
