import {
  ChatMessage,
  type AIMessage,
  type AIMessageChunk,
  type BaseMessage,
  type ToolMessage,
} from "@langchain/core/messages";
import { inTags } from "../../answer/think_tags.js";
import { ConfigurationError } from "../../base/errors.js";
import { isObject, nonEmpty, toJsonText, type Json } from "../../base/json.js";
import { toContent, type WireContent } from "./content.js";
import { SHORTEST_WITH_BYTES, withoutBinary } from "../../base/binary_text.js";
import { toToolContent, type ToolContent } from "./tool_content.js";
import type { Dialect } from "./dialect.js";
import { besideCalls, replayed, serverOf, withFields } from "./extras.js";

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
 * @param url where they go: what one server alone knows goes back to no other
 */
export async function toWireMessages(
  messages: readonly BaseMessage[],
  dialect: Dialect,
  url?: string,
): Promise<Json[]> {
  const server = url === undefined ? "" : serverOf(url);
  const answered = new Set(messages.flatMap((message) => (isTool(message) ? [message.tool_call_id] : [])));
  const wire: Json[] = [];
  /** What tools gave that their messages cannot have. No other message may stand between those of one turn. */
  let after: Json[] = [];
  for (const message of messages) {
    if (isTool(message)) {
      const result = plainResult(message) ?? (await toToolContent(message, dialect));
      after.push(...result.after);
      wire.push(toToolResult(message, result.content, dialect));
      continue;
    }
    if (after.length > 0) wire.push({ role: "user", content: after });
    after = [];
    // A promise for each text of a long history takes longer than all the rest.
    const content = typeof message.content === "string" ? message.content : await toContent(message, dialect);
    if (isAnswer(message)) wire.push(toAssistant(message, content, dialect, answered, server));
    else wire.push(toOther(message, content, dialect));
  }
  if (after.length > 0) wire.push({ role: "user", content: after });
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

/** The result that most tools give, without a promise for it. */
function plainResult({ content }: ToolMessage): ToolContent | undefined {
  return typeof content === "string" && content.length < SHORTEST_WITH_BYTES ? { content, after: [] } : undefined;
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

function toAssistant(
  message: AIMessage | AIMessageChunk,
  content: WireContent,
  dialect: Dialect,
  answered: ReadonlySet<string>,
  server: string,
): Json {
  const kwargs = message.additional_kwargs;
  const beside = besideCalls(kwargs, server);
  const calls = toWireCalls(message, answered).map((call) => {
    const fields = beside?.get(call.id);
    return fields ? withFields(call, fields) : call;
  });
  const said = typeof content === "string" ? withoutBinary(content) : content;
  // A field that is `undefined` does not leave.
  const wire: Json = {
    ...replayed(kwargs, server),
    role: "assistant",
    content: said === "" && calls.length > 0 ? dialect.emptyContent : said,
  };
  const name = dialect.sendName === true ? nonEmpty(message.name) : undefined;
  if (name !== undefined) wire.name = name;
  if (calls.length > 0) wire.tool_calls = calls;
  const reasoning = reasoningOf(message);
  if (reasoning !== undefined) {
    const cameAs = nonEmpty(message.response_metadata.reasoning_field);
    for (const field of dialect.replayReasoning(cameAs, calls.length > 0)) {
      if (field === "content") wire.content = afterThought(inTags(reasoning, cameAs), content);
      else wire[field] = reasoning;
    }
  }
  return wire;
}

/** A content with the thought before it that came in its tags. */
function afterThought(thought = "", content: WireContent): WireContent {
  return typeof content === "string" ? thought + content : [{ type: "text", text: thought }, ...content];
}

/** Calls that can be sent, and broken ones only where a tool result answers them: it would hang in the air otherwise. */
function toWireCalls(message: AIMessage | AIMessageChunk, answered: ReadonlySet<string>): Json[] {
  // Servers answer arguments in the history that are no JSON object with an error.
  const calls = (message.tool_calls ?? []).map(({ id, name, args }) =>
    toWireCall(id, name, isObject(args) ? toJsonText(args) : "{}"),
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
