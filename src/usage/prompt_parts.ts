import type { BaseMessage } from "@langchain/core/messages";
import { SHORTEST_WITH_BYTES, withoutBinary } from "../base/binary_text.js";
import { readBlock, type BlockPart } from "../base/content_block.js";
import { isObject } from "../base/json.js";
import { readResult, resultText } from "../base/tool_result.js";
import type { Group } from "./count_memory.js";

/** The parts of a message that are counted. */
export interface MessageParts extends Group {
  texts: string[];
  images: number;
  /** Video, sound and documents. */
  files: number;
  /** What only some templates write: the reasoning of earlier turns. */
  optional: string[];
}

/** The parts of a prompt that are counted. */
export interface PromptParts {
  messages: MessageParts[];
  tools: Group[];
  /** What only some templates write: a schema for the answer. */
  optional: string[];
}

/**
 * What the server will count of a prompt: text of all parts, tool calls, tool schemas, images.
 * @param schemas - of the answer, where one was asked for
 */
export function promptParts(
  messages: readonly BaseMessage[],
  tools: readonly unknown[] = [],
  schemas: readonly unknown[] = [],
): PromptParts {
  return {
    messages: messages.map(messageParts),
    tools: tools.map((tool) => ({ texts: [JSON.stringify(tool)], ...(isObject(tool) ? { owner: tool } : {}) })),
    optional: schemas.map((schema) => JSON.stringify(schema)),
  };
}

/** What the server will count of a message. */
export function messageParts(message: BaseMessage): MessageParts {
  const parts: MessageParts = { texts: [], images: 0, files: 0, optional: [], owner: message };
  const content: unknown = message.content;
  if (typeof content === "string" && content.length < SHORTEST_WITH_BYTES) parts.texts.push(content);
  else for (const part of knownParts(message, content)) addBlock(part, parts);
  if (message.name !== undefined) parts.texts.push(message.name);
  const { reasoning_content: reasoning } = message.additional_kwargs;
  if (typeof reasoning === "string") parts.optional.push(reasoning);
  if ("tool_calls" in message && Array.isArray(message.tool_calls) && message.tool_calls.length > 0) {
    parts.texts.push(JSON.stringify(message.tool_calls));
  }
  return parts;
}

function addBlock(part: BlockPart, parts: MessageParts): void {
  if (part.kind === "text") parts.texts.push(part.text);
  else if (part.kind === "image") parts.images++;
  else parts.files++;
}

/** What long texts were read as: looking for bytes in them goes over all of their characters. */
const read = /* @__PURE__ */ new WeakMap<BaseMessage, { content: string; parts: readonly BlockPart[] }>();

function knownParts(message: BaseMessage, content: unknown): readonly BlockPart[] {
  const known = read.get(message);
  if (known !== undefined && known.content === content) return known.parts;
  const parts = partsOf(content, message.type);
  if (typeof content === "string") read.set(message, { content, parts });
  return parts;
}

/**
 * What is sent of a content. Bytes are no text, in a result and in an answer not even where they are written as text; what
 * nobody knows of a tool's result is its JSON.
 */
function partsOf(content: unknown, type: string): readonly BlockPart[] {
  const isResult = type === "tool";
  const result = isResult ? readResult(content) : undefined;
  if (result) return result;
  if (typeof content === "string")
    return [{ kind: "text", text: isResult || type === "ai" ? withoutBinary(content) : content }];
  if (!Array.isArray(content)) return [{ kind: "text", text: resultText(content) }];
  return content.flatMap((block: unknown) => {
    if (!isObject(block)) return [];
    if (block.type === "reasoning") return [{ kind: "text" as const, text: String(block.reasoning) }];
    return readBlock(block) ?? (isResult ? [{ kind: "text" as const, text: resultText(block) }] : []);
  });
}
