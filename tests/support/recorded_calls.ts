import { AIMessage, HumanMessage, SystemMessage, ToolMessage, type BaseMessage } from "@langchain/core/messages";
import type { ChatOpenLLMCallOptions } from "../../src/openllm.js";
import type { Recording } from "./recordings.js";

type Json = Record<string, unknown>;

/** A recorded request as a user of ChatOpenLLM would make it. */
export interface RecordedCall {
  model: string;
  messages: BaseMessage[];
  options: Partial<ChatOpenLLMCallOptions>;
  isStream: boolean;
}

/** What has an option or an argument of its own, or cannot be sent on purpose. */
const NOT_EXTRA = new Set(["model", "messages", "stream", "tools", "tool_choice"]);

/**
 * The call that makes a recorded request. Where the request is one that the package refuses to make (no messages, a role
 * that no server knows, a limit of 0), the nearest call that it makes.
 */
export function toCall({ request }: Recording): RecordedCall {
  const body = (request.body ?? {}) as Json;
  const isStream = body.stream === true || body.stream === "true";
  const extra = Object.entries(body).filter(
    ([name, value]) => !NOT_EXTRA.has(name) && !isRefused(name, value, isStream),
  );
  const tools = toTools(body.tools);
  return {
    model: typeof body.model === "string" && body.model !== "" ? body.model : "tiny",
    messages: toMessages(body.messages) ?? [new HumanMessage("Name one ocean.")],
    options: {
      extraBody: Object.fromEntries(extra),
      ...(tools ? { tools, ...toChoice(body.tool_choice, tools) } : {}),
    },
    isStream,
  };
}

function isRefused(name: string, value: unknown, isStream: boolean): boolean {
  if (name === "stream_options" && !isStream) return true;
  const isLimit = name === "max_tokens" || name === "max_completion_tokens" || name === "n";
  return value === null || (isLimit && !(Number.isInteger(value) && (value as number) >= 1));
}

function toTools(tools: unknown): Json[] | undefined {
  return Array.isArray(tools) && tools.length > 0 ? (tools as Json[]) : undefined;
}

function toChoice(choice: unknown, tools: Json[]): { tool_choice?: string } {
  if (typeof choice === "string") return { tool_choice: choice };
  const name = ((choice as Json | null | undefined)?.function as Json | undefined)?.name;
  const isBound = tools.some((tool) => (tool.function as Json).name === name);
  return isBound ? { tool_choice: String(name) } : {};
}

function toMessages(messages: unknown): BaseMessage[] | undefined {
  if (!Array.isArray(messages) || messages.length === 0) return undefined;
  const made = (messages as Json[]).map(toMessage);
  return made.every((message) => message !== undefined) ? made : undefined;
}

function toMessage(message: Json): BaseMessage | undefined {
  const parts = Array.isArray(message.content) ? (message.content as Json[]) : [];
  if (parts.some(({ type }) => !["text", "image_url", "input_audio"].includes(String(type)))) return undefined;
  const content = (message.content ?? "") as string;
  switch (message.role) {
    case "user":
      return new HumanMessage({ content });
    case "system":
    case "developer":
      return new SystemMessage({ content });
    case "tool":
      return message.tool_call_id
        ? new ToolMessage({ content, tool_call_id: String(message.tool_call_id) })
        : undefined;
    case "assistant":
      return toAssistant(message, content);
    default:
      return undefined;
  }
}

function toAssistant(message: Json, content: string): AIMessage | undefined {
  const tool_calls = [];
  for (const { id, function: fn } of (message.tool_calls ?? []) as {
    id?: string;
    function: { name: string; arguments: unknown };
  }[]) {
    try {
      tool_calls.push({ id: String(id), name: fn.name, args: JSON.parse(String(fn.arguments)) as Json });
    } catch {
      return undefined;
    }
  }
  return new AIMessage({ content, tool_calls });
}
