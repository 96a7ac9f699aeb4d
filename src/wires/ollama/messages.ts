import { AIMessage, ChatMessage, FunctionMessage, ToolMessage, type BaseMessage } from "@langchain/core/messages";
import { ConfigurationError } from "../../base/errors.js";
import { nonEmpty, type Json } from "../../base/json.js";
import { readContent } from "./content.js";
import type { FetchMedia } from "./fetch_media.js";

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
 * LangChain's messages as Ollama takes them, one for one, but that answers which follow each other become one: the
 * server joins their texts and forgets the tool calls and the thinking of all but the first.
 * @throws ConfigurationError
 */
export async function toOllamaMessages(
  messages: readonly BaseMessage[],
  fetchMedia: FetchMedia,
): Promise<OllamaMessage[]> {
  const turns: OllamaMessage[][] = [];
  const history = readHistory(messages);
  for (const message of messages) {
    const next = await toMessage(message, history, fetchMedia);
    const last = turns.at(-1);
    if (last?.[0]?.role === "assistant" && next.role === "assistant") last.push(next);
    else turns.push([next]);
  }
  return turns.flatMap((turn) => (turn.length > 1 ? joined(turn) : turn));
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
  for (const message of messages) {
    if (!AIMessage.isInstance(message)) continue;
    for (const { id, name } of [...(message.tool_calls ?? []), ...(message.invalid_tool_calls ?? [])]) {
      if (id !== undefined && name !== undefined) toolNames.set(id, name);
    }
  }
  return {
    toolNames,
    answered: new Set(
      messages.filter((message) => ToolMessage.isInstance(message)).map((message) => message.tool_call_id),
    ),
  };
}

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

async function toMessage(message: BaseMessage, history: History, fetchMedia: FetchMedia): Promise<OllamaMessage> {
  const role = roleOf(message);
  const { text, reasoning, media } = readContent(message.content, role);
  const images: string[] = [];
  for (const each of media) images.push("base64" in each ? each.base64 : await fetchMedia(each.url));
  const wire: OllamaMessage = { role, content: text, ...(images.length > 0 ? { images } : {}) };
  if (AIMessage.isInstance(message)) return { ...wire, ...ofAnswer(message, reasoning, history) };
  if (ToolMessage.isInstance(message)) return { ...wire, ...ofResult(message, text, history) };
  if (FunctionMessage.isInstance(message)) return { ...wire, tool_name: message.name };
  return wire;
}

function ofAnswer(message: AIMessage, reasoning: string | undefined, { answered }: History): Partial<OllamaMessage> {
  const thinking = nonEmpty(message.additional_kwargs.reasoning_content) ?? reasoning;
  const calls = (message.tool_calls ?? []).map(({ id, name, args }) => toCall(id, name, args));
  for (const { id, name } of message.invalid_tool_calls ?? []) {
    // A broken call cannot be sent, but the result that answers it would hang in the air without one.
    if (id !== undefined && name !== undefined && answered.has(id)) calls.push(toCall(id, name, {}));
  }
  return { ...(thinking === undefined ? {} : { thinking }), ...(calls.length > 0 ? { tool_calls: calls } : {}) };
}

function toCall(id: string | undefined, name: string, args: Json): OllamaToolCall {
  return { ...(id === undefined ? {} : { id }), function: { name, arguments: args } };
}

function ofResult(message: ToolMessage, text: string, { toolNames }: History): Partial<OllamaMessage> {
  const name = nonEmpty(message.name) ?? toolNames.get(message.tool_call_id);
  return {
    // There is no field for it, and a model that is not told takes an error for a result.
    content: message.status === "error" && !/^\W*error\b/i.test(text) ? `Error: ${text}` : text,
    ...(name === undefined ? {} : { tool_name: name }),
    ...(nonEmpty(message.tool_call_id) === undefined ? {} : { tool_call_id: message.tool_call_id }),
  };
}

/** Answers that follow each other as one. */
function joined(answers: readonly OllamaMessage[]): OllamaMessage {
  const join = (texts: readonly (string | undefined)[]) => texts.filter((text) => nonEmpty(text)).join("\n\n");
  const thinking = join(answers.map((answer) => answer.thinking));
  const images = answers.flatMap((answer) => answer.images ?? []);
  const calls = answers.flatMap((answer) => answer.tool_calls ?? []);
  return {
    role: "assistant",
    content: join(answers.map(({ content }) => content)),
    ...(thinking === "" ? {} : { thinking }),
    ...(images.length > 0 ? { images } : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
}
