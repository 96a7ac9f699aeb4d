import {
  ChatMessage,
  type AIMessage,
  type AIMessageChunk,
  type BaseMessage,
  type ToolMessage,
} from "@langchain/core/messages";
import { ConfigurationError } from "../../base/errors.js";
import { isObject, nonEmpty, type Json } from "../../base/json.js";
import { toContent, type WireContent } from "./content.js";
import type { Dialect } from "./dialect.js";

const ROLES: Record<string, string> = {
  human: "user",
  user: "user",
  ai: "assistant",
  assistant: "assistant",
  system: "system",
  // Strict chat templates refuse the developer role, others drop such messages without a word.
  developer: "system",
  tool: "tool",
};

/**
 * LangChain's messages as the wire has them, built from an allow-list of fields: strict servers refuse a request for any
 * field that another provider's history may carry.
 */
export async function toWireMessages(messages: readonly BaseMessage[], dialect: Dialect): Promise<Json[]> {
  const answered = new Set(messages.flatMap((message) => (isTool(message) ? [message.tool_call_id] : [])));
  const wire: Json[] = [];
  for (const message of messages) {
    // A promise for each text of a long history takes longer than all the rest.
    const content = typeof message.content === "string" ? message.content : await contentOf(message, dialect);
    if (isAnswer(message)) wire.push(toAssistant(message, content, dialect, answered));
    else wire.push(toOther(message, content, dialect));
  }
  return dialect.mergeSystem === true ? withOneSystem(wire) : wire;
}

/** All system messages as the first one, in their order. */
export function withOneSystem(wire: Json[]): Json[] {
  const system = wire.filter(({ role }) => role === "system");
  if (system.length === 0) return wire;
  const content = system.map((message) => textOf(message.content)).join("\n\n");
  return [{ role: "system", content }, ...wire.filter(({ role }) => role !== "system")];
}

function textOf(content: unknown): string {
  return Array.isArray(content)
    ? content.map((part: unknown) => (isObject(part) ? (nonEmpty(part.text) ?? "") : "")).join("")
    : String(content);
}

// Core's own guards look at the content too, and untyped callers leave it null or put a number there.
const isAnswer = (message: BaseMessage): message is AIMessage | AIMessageChunk => message.getType() === "ai";
const isTool = (message: BaseMessage): message is ToolMessage => message.getType() === "tool";

function contentOf(message: BaseMessage, dialect: Dialect): WireContent | Promise<WireContent> {
  return isTool(message) ? toolContent(message, dialect) : toContent(message, dialect);
}

function toOther(message: BaseMessage, content: WireContent, dialect: Dialect): Json {
  const own = ownRole(message);
  const role = own === "developer" && dialect.keepsDeveloper === true ? own : ROLES[own];
  if (role === undefined) {
    throw new ConfigurationError(
      "messages",
      `A message has the type \`${message.getType()}\`, which the API does not know.`,
      "Use system, user, assistant or tool messages.",
    );
  }
  if (isTool(message)) return toToolResult(message, content, dialect);
  const name = dialect.sendName === true ? nonEmpty(message.name) : undefined;
  return { role, content, ...(name === undefined ? {} : { name }) };
}

/** The role as the user wrote it: core makes system messages of developer messages, and notes that it did. */
function ownRole(message: BaseMessage): string {
  if (ChatMessage.isInstance(message)) return message.role;
  const { __openai_role__: noted } = message.additional_kwargs ?? {};
  return noted === "developer" ? noted : message.getType();
}

function toToolResult(message: ToolMessage, content: WireContent, dialect: Dialect): Json {
  if (!nonEmpty(message.tool_call_id)) {
    throw new ConfigurationError(
      "messages",
      `A tool message (\`${message.text.slice(0, 80)}\`) has no \`tool_call_id\`.`,
      "Give it the id of the call that it answers.",
      "INVALID_TOOL_RESULTS",
    );
  }
  const name = dialect.sendName === "tool" ? nonEmpty(message.name) : undefined;
  return {
    role: "tool",
    content,
    tool_call_id: message.tool_call_id,
    ...(name === undefined ? {} : { name }),
  };
}

/** A tool's result as one string, since servers split, drop or refuse anything else. Images stay images: as text they would be a prompt of their own. */
function toolContent({ content }: ToolMessage, dialect: Dialect): WireContent | Promise<WireContent> {
  if (!Array.isArray(content)) return JSON.stringify(content);
  const isText = (block: Json) => block.type === "text" && "text" in block;
  if (content.every(isText)) return content.map((block) => String((block as { text: string }).text)).join("");
  const isImage = (block: Json) => block.type === "image_url" || block.type === "image";
  if (dialect.hasToolImages !== true || !content.some(isImage)) return JSON.stringify(content);
  const blocks = content.map((block) =>
    isText(block) || isImage(block) ? block : { type: "text", text: JSON.stringify(block) },
  );
  return toContent({ content: blocks }, dialect);
}

function toAssistant(
  message: AIMessage | AIMessageChunk,
  content: WireContent,
  dialect: Dialect,
  answered: ReadonlySet<string>,
): Json {
  const calls = toWireCalls(message, answered);
  // A field that is `undefined` does not leave.
  const wire: Json = {
    role: "assistant",
    content: content === "" && calls.length > 0 ? dialect.emptyContent : content,
  };
  const name = dialect.sendName === true ? nonEmpty(message.name) : undefined;
  if (name !== undefined) wire.name = name;
  if (calls.length > 0) wire.tool_calls = calls;
  const reasoning = reasoningOf(message);
  if (reasoning !== undefined) {
    const cameAs = nonEmpty(message.response_metadata.reasoning_field);
    for (const field of dialect.replayReasoning(cameAs, calls.length > 0)) wire[field] = reasoning;
  }
  return wire;
}

/** Calls that can be sent, and broken ones only where a tool result answers them: it would hang in the air otherwise. */
function toWireCalls(message: AIMessage | AIMessageChunk, answered: ReadonlySet<string>): Json[] {
  // Servers answer arguments in the history that are no JSON object with an error.
  const calls = (message.tool_calls ?? []).map(({ id, name, args }) =>
    toWireCall(id, name, isObject(args) ? JSON.stringify(args) : "{}"),
  );
  for (const { id, name } of message.invalid_tool_calls ?? []) {
    if (id !== undefined && name !== undefined && answered.has(id)) calls.push(toWireCall(id, name, "{}"));
  }
  return calls;
}

function toWireCall(id: string | undefined, name: string, args: string): Json {
  if (!nonEmpty(id)) {
    throw new ConfigurationError(
      "messages",
      `The call of tool \`${name}\` in the history has no id.`,
      "Give every tool call an `id`.",
      "INVALID_TOOL_RESULTS",
    );
  }
  return { id, type: "function", function: { name, arguments: args } };
}

/** Reasoning in the history: where our messages have it, or in blocks of the v1 form. */
function reasoningOf(message: AIMessage | AIMessageChunk): string | undefined {
  const own = nonEmpty(message.additional_kwargs.reasoning_content);
  if (own !== undefined || !Array.isArray(message.content)) return own;
  const blocks = message.content.flatMap((block) =>
    block.type === "reasoning" ? (nonEmpty(block.reasoning) ?? []) : [],
  );
  return nonEmpty(blocks.join(""));
}
