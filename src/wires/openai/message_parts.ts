import { isObject, nonEmpty, type Json } from "../../base/json.js";

/** Text and reasoning of a message or a delta. */
export interface MessageParts {
  text?: string;
  reasoning?: string;
  /** The field in which reasoning came. */
  reasoningField?: string;
  /** Parts of the content that are neither. */
  others?: Json[];
}

/** Reads `content` as a string or as parts, and reasoning under each of its names; null and "" mean nothing. */
export function readParts(message: Json): MessageParts {
  const parts: MessageParts = {};
  const content = message.content;
  if (typeof content === "string") {
    if (content !== "") parts.text = content;
  } else if (Array.isArray(content)) addContentParts(content, parts);
  else if (isObject(content)) addContentParts([content], parts);
  if (!addReasoning(message, parts)) addDetails(message.reasoning_details, parts);
  return parts;
}

/** The names under which servers send reasoning, the commonest first. */
function addReasoning(message: Json, parts: MessageParts): boolean {
  return (
    addField("reasoning_content", message.reasoning_content, parts) ||
    addField("reasoning", message.reasoning, parts) ||
    addField("thinking", message.thinking, parts)
  );
}

function addField(name: string, value: unknown, parts: MessageParts): boolean {
  if (typeof value !== "string" || value === "") return false;
  parts.reasoning = value;
  parts.reasoningField = name;
  return true;
}

function addDetails(details: unknown, parts: MessageParts): void {
  if (!Array.isArray(details)) return;
  const reasoning = details.map((detail) => (isObject(detail) ? (nonEmpty(detail.text) ?? "") : "")).join("");
  addField("reasoning_details", reasoning, parts);
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
    else (parts.others ??= []).push(part);
  }
}
