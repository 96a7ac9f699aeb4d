import type { BaseMessage } from "@langchain/core/messages";
import { withoutBinary } from "../../base/binary_text.js";
import { readBlock, type BlockPart } from "../../base/content_block.js";
import { ConfigurationError } from "../../base/errors.js";
import { isObject, nonEmpty, type Json } from "../../base/json.js";
import { readResult, resultText } from "../../base/tool_result.js";
import { toMedia, type Media } from "./media.js";

/** The parts of a message's content that Ollama keeps apart. */
export interface MessageContent {
  text: string;
  reasoning?: string;
  media: Media[];
}

/**
 * Takes a content apart. Content is one text for Ollama, so texts are joined: in a question by line ends, in an answer,
 * whose blocks are pieces of one text, by nothing.
 * @throws ConfigurationError for a block that cannot be sent
 */
export function readContent(content: BaseMessage["content"], role: string): MessageContent {
  const result = role === "tool" ? readResult(content) : undefined;
  if (typeof content === "string" && !result)
    return { text: role === "tool" || role === "assistant" ? withoutBinary(content) : content, media: [] };
  // Untyped callers put a number there, or an object.
  if (!Array.isArray(content) && !result) return { text: resultText(content), media: [] };
  const into: Taken = { role, texts: [], reasoning: [], media: [] };
  if (result) for (const part of result) take(part, { type: part.kind }, into);
  else for (const block of content as unknown[]) takeBlock(block, into);
  const thought = into.reasoning.join("");
  return {
    text: into.texts.join(role === "assistant" ? "" : "\n"),
    ...(thought === "" ? {} : { reasoning: thought }),
    media: into.media,
  };
}

/** What has been taken of a content so far. */
interface Taken {
  readonly role: string;
  readonly texts: string[];
  readonly reasoning: string[];
  readonly media: Media[];
}

function takeBlock(block: unknown, into: Taken): void {
  if (!isObject(block)) {
    into.texts.push(String(block));
    return;
  }
  const thought = nonEmpty(block.reasoning) ?? nonEmpty(block.thinking);
  const media = toMedia(block);
  const read = media ? undefined : readBlock(block);
  if (media) into.media.push(media);
  else if (thought !== undefined) into.reasoning.push(thought);
  else if (read) for (const part of read) take(part, block, into);
  // What a tool gave back is the user's to shape; what another provider's model wrote beside its answer is not.
  else if (into.role === "tool") into.texts.push(resultText(block));
  else if (into.role !== "assistant") throw unknownBlock(block);
}

function take(part: BlockPart, block: Json, { role, texts, media }: Taken): void {
  if (part.kind === "text") {
    texts.push(part.text);
    return;
  }
  const taken = toMedia({ ...part, type: part.kind, fileId: part.id });
  if (taken) media.push(taken);
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
