import type { ToolMessage } from "@langchain/core/messages";
import { readResult, resultText } from "../../base/tool_result.js";
import type { Json } from "../../base/json.js";
import { joinTexts, partsOf, type WireContent } from "./content.js";
import type { Dialect } from "./dialect.js";

/** A tool's result as it is sent. */
export interface ToolContent {
  content: WireContent;
  /** What a tool's message cannot have on this server, for a user's message after those of all tools. */
  after: Json[];
}

/**
 * A tool's result: text as one string, since servers split, drop or refuse anything else. Its images stay with it where
 * the server takes them there, and follow in a message of their own where not: as text they would be a prompt of their own.
 * @throws ConfigurationError for bytes that the server takes in no message
 */
export async function toToolContent(message: ToolMessage, dialect: Dialect): Promise<ToolContent> {
  const read = readResult(message.content);
  if (read === undefined) return { content: resultText(message.content), after: [] };
  const parts: Json[] = [];
  const after: Json[] = [];
  for (const each of read) {
    const sent = await partsOf([each], { type: each.kind }, dialect);
    if (each.kind === "text" || (each.kind === "image" && dialect.hasToolImages === true)) parts.push(...sent);
    else after.push(...sent);
  }
  if (after.length === 0) return { content: joinTexts(parts), after };
  const name = message.name ?? message.tool_call_id;
  parts.push({ type: "text", text: `[What this result shows follows in a user message.]` });
  after.unshift({ type: "text", text: `What the result of \`${name}\` shows:` });
  return { content: withLines(parts), after };
}

/** Texts of one result in lines of their own. */
function withLines(parts: Json[]): WireContent {
  if (!parts.every(({ type }) => type === "text")) return parts;
  return parts.map(({ text }) => String(text)).join("\n");
}
