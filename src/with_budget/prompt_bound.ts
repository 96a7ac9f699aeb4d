import type { BaseMessage } from "@langchain/core/messages";
import { readBlock } from "../base/content_block.js";
import { fieldsOf, isObject, itemsOf, numberOf, toJsonText, type Json } from "../base/json.js";
import { promptAtMost } from "../usage/estimate.js";
import { promptParts } from "../usage/prompt_parts.js";

/** Servers' own tools read what they find into the prompt, and most are billed apart; these run where the caller is. */
const CLIENT_TOOL = /^(?:function|custom|(?:bash|text_editor|computer|memory)_\d+)$/;
/** Parameters by which a server reads, or bills, more than it was sent. */
const MORE_THAN_SENT = [
  "cachedContent",
  "container",
  "conversation",
  "guardrailConfig",
  "mcp_servers",
  "plugins",
  "prediction",
  "previous_response_id",
  "prompt",
  "search_parameters",
  "web_search_options",
] as const;

/** The tools of a call, as its parameters have them. */
export function toolsIn({ tools, toolConfig, functions }: Json): readonly unknown[] {
  return [...itemsOf(tools), ...itemsOf(fieldsOf(toolConfig).tools), ...itemsOf(functions)];
}

/**
 * An upper bound of the tokens that a server reads of a call, by bytes; `undefined` where nothing bounds them: a film or a document,
 * a tool of the server's own, a text that the server has already.
 */
export async function boundOfPrompt(messages: readonly BaseMessage[], params: Json): Promise<number | undefined> {
  const tools = toolsIn(params);
  if (MORE_THAN_SENT.some((name) => (params[name] ?? undefined) !== undefined)) return undefined;
  if (!tools.every(isClientTool)) return undefined;
  const schemas = Object.values({ ...params, tools: undefined, toolConfig: undefined, functions: undefined });
  const parts = promptParts(messages, tools, schemas.filter(isObject));
  if (parts.messages.some(({ files }) => files > 0)) return undefined;
  const high = await promptAtMost(parts);
  return messages.reduce((sum, message) => sum + besidesParts(message), high);
}

/** OpenAI's, Mistral's and Anthropic's tools have a type, Gemini's and Bedrock's stand under the name of their kind. */
function isClientTool(tool: unknown): boolean {
  const { type, ...rest } = fieldsOf(tool);
  if (typeof type === "string") return CLIENT_TOOL.test(type);
  const isNamed = typeof rest.name === "string";
  return isNamed || Object.keys(rest).every((kind) => CLIENT_KINDS.has(kind));
}

const CLIENT_KINDS: ReadonlySet<string> = new Set(["functionDeclarations", "toolSpec", "cachePoint"]);

const encoder = /* @__PURE__ */ new TextEncoder();

/** What some providers read again of a message, and others do not: calls and thoughts as they were said, and what nobody knows. */
function besidesParts({ content, additional_kwargs, ...message }: BaseMessage): number {
  const blocks = itemsOf(content).filter(isObject);
  const unread = blocks.filter((block) => (readBlock(block)?.length ?? 0) === 0);
  const { usage_metadata } = message as { usage_metadata?: unknown };
  const { reasoning } = fieldsOf(fieldsOf(usage_metadata).output_token_details);
  return bytesOf(unread) + bytesOf(additional_kwargs) + (numberOf(reasoning) ?? 0);
}

function bytesOf(value: object): number {
  return encoder.encode(toJsonText(value)).length;
}
