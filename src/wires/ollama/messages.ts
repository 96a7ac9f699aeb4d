import { ChatMessage, type AIMessage, type BaseMessage, type ToolMessage } from "@langchain/core/messages";
import { inTags } from "../../answer/think_tags.js";
import { ConfigurationError } from "../../base/errors.js";
import { nonEmpty, type Json } from "../../base/json.js";
import { readContent, type MessageContent } from "./content.js";
import type { FetchMedia } from "./fetch_media.js";
import type { Media } from "./media.js";

/** A tool call in the history. Arguments are an object: Ollama answers a string with a 400. */
export interface OllamaToolCall {
  id?: string;
  function: { name: string; arguments: Json };
}

/** A message as Ollama takes it. */
export interface OllamaMessage {
  role: "system" | "user" | "assistant" | "tool";
  content: string;
  thinking?: string;
  /** Images, and sounds, as base64. */
  images?: string[];
  tool_calls?: OllamaToolCall[];
  tool_name?: string;
  tool_call_id?: string;
}

const ROLES: Record<string, OllamaMessage["role"]> = {
  system: "system",
  // Ollama drops messages of roles that it does not know, this one among them.
  developer: "system",
  human: "user",
  user: "user",
  ai: "assistant",
  assistant: "assistant",
  tool: "tool",
  function: "tool",
};

/**
 * LangChain's messages as Ollama takes them, one for one, but for two kinds. Answers which follow each other become one:
 * the server joins their texts and forgets the tool calls and the thinking of all but the first. And so do the system
 * messages at the beginning: the renderers of some models refuse a second one.
 * @throws ConfigurationError
 */
export async function toOllamaMessages(
  messages: readonly BaseMessage[],
  fetchMedia: FetchMedia,
): Promise<OllamaMessage[]> {
  const turns: [OllamaMessage, ...OllamaMessage[]][] = [];
  const history = readHistory(messages);
  for (const message of messages) {
    const role = roleOf(message);
    const content = readContent(message.content, role);
    const next: OllamaMessage = { role, content: content.text };
    if (content.media.length > 0) next.images = await toImages(content.media, fetchMedia);
    complete(next, message, content, history);
    const last = turns.at(-1);
    const isJoined = role === "assistant" || (role === "system" && turns.length === 1);
    if (isJoined && last?.[0]?.role === role) last.push(next);
    else turns.push([next]);
  }
  return turns.flatMap((turn) => (turn.length > 1 ? joined(turn) : turn));
}

async function toImages(media: readonly Media[], fetchMedia: FetchMedia): Promise<string[]> {
  const images: string[] = [];
  for (const each of media) images.push("base64" in each ? each.base64 : await fetchMedia(each.url));
  return images;
}

/** What a message has to know of the others. */
interface History {
  /** Which tool a call's id belongs to. */
  toolNames: ReadonlyMap<string, string>;
  /** The ids of the calls that have a result. */
  answered: ReadonlySet<string>;
}

function readHistory(messages: readonly BaseMessage[]): History {
  const toolNames = new Map<string, string>();
  const answered = new Set<string>();
  for (const message of messages) {
    if (isTool(message)) answered.add(message.tool_call_id);
    if (!isAnswer(message)) continue;
    for (const calls of [message.tool_calls, message.invalid_tool_calls]) {
      for (const { id, name } of calls ?? []) if (id !== undefined && name !== undefined) toolNames.set(id, name);
    }
  }
  return { toolNames, answered };
}

// Core's own guards look at the content too, and untyped callers leave it null or put a number there.
const isAnswer = (message: BaseMessage): message is AIMessage => message.getType() === "ai";
const isTool = (message: BaseMessage): message is ToolMessage => message.getType() === "tool";

function roleOf(message: BaseMessage): OllamaMessage["role"] {
  const type = ChatMessage.isInstance(message) ? message.role : message.getType();
  const role = ROLES[type];
  if (role !== undefined) return role;
  throw new ConfigurationError(
    "messages",
    `A message has the role \`${type}\`, which Ollama drops.`,
    "Use system, user, assistant or tool.",
    "INVALID_PROMPT_INPUT",
  );
}

/** Adds what a message of its kind has beside its text and its images. */
function complete(wire: OllamaMessage, message: BaseMessage, content: MessageContent, history: History): void {
  if (isAnswer(message)) addAnswer(wire, message, content.reasoning, history);
  else if (isTool(message)) addResult(wire, message, history);
  else if (message.getType() === "function" && message.name !== undefined) wire.tool_name = message.name;
}

function addAnswer(
  wire: OllamaMessage,
  message: AIMessage,
  reasoning: string | undefined,
  { answered }: History,
): void {
  const thinking = nonEmpty(message.additional_kwargs.reasoning_content) ?? reasoning;
  const calls = (message.tool_calls ?? []).map(({ id, name, args }) => toCall(id, name, args));
  for (const { id, name } of message.invalid_tool_calls ?? []) {
    // A broken call cannot be sent, but the result that answers it would hang in the air without one.
    if (id !== undefined && name !== undefined && answered.has(id)) calls.push(toCall(id, name, {}));
  }
  if (calls.length > 0) wire.tool_calls = calls;
  // Where the server does not split thoughts off, the template that reads them back does not know the field either.
  const tagged =
    calls.length > 0 ? inTags(thinking ?? "", nonEmpty(message.response_metadata?.reasoning_field)) : undefined;
  if (tagged !== undefined) wire.content = tagged + wire.content;
  else if (thinking !== undefined) wire.thinking = thinking;
}

function toCall(id: string | undefined, name: string, args: Json): OllamaToolCall {
  const called = { name, arguments: args };
  return id === undefined ? { function: called } : { id, function: called };
}

function addResult(wire: OllamaMessage, message: ToolMessage, { toolNames }: History): void {
  // There is no field for it, and a model that is not told takes an error for a result.
  if (message.status === "error" && !/^\W*error\b/i.test(wire.content)) wire.content = `Error: ${wire.content}`;
  const name = nonEmpty(message.name) ?? toolNames.get(message.tool_call_id);
  if (name !== undefined) wire.tool_name = name;
  if (nonEmpty(message.tool_call_id) !== undefined) wire.tool_call_id = message.tool_call_id;
}

/** Messages of one role that follow each other as one. */
function joined(messages: readonly [OllamaMessage, ...OllamaMessage[]]): OllamaMessage {
  const join = (texts: readonly (string | undefined)[]) => texts.filter((text) => nonEmpty(text)).join("\n\n");
  const thinking = join(messages.map(({ thinking: thought }) => thought));
  const images = messages.flatMap((answer) => answer.images ?? []);
  const calls = messages.flatMap((answer) => answer.tool_calls ?? []);
  return {
    role: messages[0].role,
    content: join(messages.map(({ content }) => content)),
    ...(thinking === "" ? {} : { thinking }),
    ...(images.length > 0 ? { images } : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
}
