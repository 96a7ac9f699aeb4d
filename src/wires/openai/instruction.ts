import { isObject, nonEmpty, type Json } from "../../base/json.js";

/**
 * Wire messages with one more instruction. It goes into the first system message, since many templates take a system
 * message in no other place, and no second one.
 */
export function withInstruction(messages: unknown, text: string): Json[] {
  const list = Array.isArray(messages) ? messages.filter(isObject) : [];
  const [first, ...rest] = list;
  if (first?.role !== "system") return [{ role: "system", content: text }, ...list];
  return [{ ...first, content: addText(first.content, text) }, ...rest];
}

function addText(content: unknown, text: string): unknown {
  if (Array.isArray(content)) return [...(content as unknown[]), { type: "text", text }];
  const before = nonEmpty(content);
  return before === undefined ? text : `${before}\n\n${text}`;
}
