import { isObject, nonEmpty, type Json } from "../../base/json.js";

/** Names under which servers send reasoning, the commonest first. */
const REASONING_FIELDS = ["reasoning_content", "reasoning", "thinking"] as const;

/** Text and reasoning of a message or a delta. */
export interface MessageParts {
  text?: string;
  reasoning?: string;
  /** The field in which reasoning came. */
  reasoningField?: string;
}

/** Reads `content` as a string or as parts, and reasoning under each of its names; null and "" mean nothing. */
export function readParts(message: Json): MessageParts {
  const parts: MessageParts = {};
  const content = message.content;
  if (typeof content === "string") {
    if (content !== "") parts.text = content;
  } else if (Array.isArray(content)) addContentParts(content, parts);
  for (const field of REASONING_FIELDS) {
    const reasoning = nonEmpty(message[field]);
    if (reasoning === undefined) continue;
    parts.reasoning = reasoning;
    parts.reasoningField = field;
    return parts;
  }
  const details = message.reasoning_details;
  if (Array.isArray(details)) {
    const reasoning = details.map((detail) => (isObject(detail) ? (nonEmpty(detail.text) ?? "") : "")).join("");
    if (reasoning !== "") Object.assign(parts, { reasoning, reasoningField: "reasoning_details" });
  }
  return parts;
}

function addContentParts(content: unknown[], parts: MessageParts): void {
  for (const part of content) {
    if (typeof part === "string") parts.text = (parts.text ?? "") + part;
    if (!isObject(part)) continue;
    if (part.type === "thinking" || part.type === "reasoning") {
      const text = nonEmpty(part.thinking) ?? nonEmpty(part.text) ?? readParts({ content: part.thinking }).text;
      if (text !== undefined)
        Object.assign(parts, { reasoning: (parts.reasoning ?? "") + text, reasoningField: "content" });
    } else if (typeof part.text === "string") parts.text = (parts.text ?? "") + part.text;
  }
}
