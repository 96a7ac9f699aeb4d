import type { BaseMessage } from "@langchain/core/messages";
import { ConfigurationError } from "../../base/errors.js";
import { isObject, nonEmpty, toJsonText, type Json } from "../../base/json.js";
import { toMedia, type Media } from "./media.js";

/** The parts of a message's content that Ollama keeps apart. */
export interface MessageContent {
  text: string;
  reasoning?: string;
  media: Media[];
}

/** Blocks of an answer that say nothing to Ollama, or that travel elsewhere: tool calls are on the message. */
const SILENT: ReadonlySet<string> = new Set([
  "tool_use",
  "tool_call",
  "tool_call_chunk",
  "invalid_tool_call",
  "input_json_delta",
  "function_call",
  "redacted_thinking",
]);

/**
 * Takes a content apart. Content is one text for Ollama, so texts are joined: in a question by line ends, in an answer,
 * whose blocks are pieces of one text, by nothing.
 * @throws ConfigurationError for a block that cannot be sent
 */
export function readContent(content: BaseMessage["content"], role: string): MessageContent {
  if (typeof content === "string") return { text: content, media: [] };
  // Untyped callers put a number there, or an object.
  if (!Array.isArray(content)) return { text: toJsonText(content) ?? "", media: [] };
  const texts: string[] = [];
  const reasoning: string[] = [];
  const media: Media[] = [];
  for (const block of content) {
    if (!isObject(block)) texts.push(String(block));
    else readBlock(block, role, texts, reasoning, media);
  }
  const thought = reasoning.join("");
  return {
    text: texts.join(role === "assistant" ? "" : "\n"),
    ...(thought === "" ? {} : { reasoning: thought }),
    media,
  };
}

function readBlock(block: Json, role: string, texts: string[], reasoning: string[], media: Media[]): void {
  const found = toMedia(block);
  if (found) {
    media.push(found);
    return;
  }
  const thought = nonEmpty(block.reasoning) ?? nonEmpty(block.thinking);
  if (thought !== undefined) reasoning.push(thought);
  else if (typeof block.text === "string") texts.push(block.text);
  else if (typeof block.type === "string" && SILENT.has(block.type)) return;
  // What a tool gave back is the user's to shape; what another provider's model wrote beside its answer is not.
  else if (role === "tool") texts.push(toJsonText(block));
  else if (role !== "assistant") throw unknownBlock(block);
}

function unknownBlock(block: Json): ConfigurationError {
  return new ConfigurationError(
    "messages",
    `A content block of type \`${String(block.type)}\` cannot be sent to Ollama.`,
    "It takes text, images and audio.",
    "INVALID_PROMPT_INPUT",
  );
}
