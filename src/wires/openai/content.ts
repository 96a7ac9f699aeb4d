import { AIMessage, type BaseMessage } from "@langchain/core/messages";
import { toBase64 } from "../../base/bytes.js";
import { ConfigurationError } from "../../base/errors.js";
import { isObject, nonEmpty, type Json } from "../../base/json.js";
import { fromDataBlock } from "./data_blocks.js";
import type { Dialect } from "./dialect.js";

/** A message's content as it is sent. */
export type WireContent = string | Json[];

/** Blocks that are not content on this wire: calls travel in `tool_calls`, reasoning in a field of its own. */
const ELSEWHERE = new Set([
  "tool_use",
  "tool_call",
  "tool_call_chunk",
  "reasoning",
  "reasoning_content",
  "thinking",
  "input_json_delta",
]);

/** The blocks of an earlier answer that other models can read. A provider's own (results of its tools, signed thoughts) mean nothing elsewhere. */
const READABLE = new Set(["text", "text-plain", "refusal", "image", "image_url"]);

/** Parts that the APIs know. Each has one field of its own name; some APIs refuse a request with any other. */
const PARTS = new Set(["image_url", "video_url", "input_audio", "file"]);

/** The fields of a dialect that decide how content is sent. */
type ContentRules = Pick<Dialect, "parts" | "partFields" | "loadImage">;

/**
 * A message's content: text alone as one string, since many servers take nothing else; images and such as parts.
 * @throws ConfigurationError for a block of a kind that the server does not take
 */
export async function toContent(message: Pick<BaseMessage, "content">, dialect: ContentRules): Promise<WireContent> {
  const { content } = message;
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return untypedContent(content);
  const isAnswer = AIMessage.isInstance(message);
  const blocks = content.filter(({ type }) => (isAnswer ? READABLE.has(type) : !ELSEWHERE.has(type)));
  const wire: Json[] = [];
  for (const block of blocks) wire.push(await toPart(block, dialect));
  if (wire.every((part) => part.type === "text")) return wire.map((part) => String(part.text)).join("");
  return wire;
}

/** Callers without types put null, numbers and objects there. */
function untypedContent(content: unknown): string {
  return content === undefined || content === null ? "" : JSON.stringify(content);
}

async function toPart(block: Json, { parts, partFields, loadImage }: ContentRules): Promise<Json> {
  const text = textOf(block);
  if (text !== undefined) return { type: "text", text };
  const part = isWirePart(block) ? block : (standardImage(block) ?? convert(block));
  const type = String(part.type);
  if (!parts.includes(type)) {
    const known = parts.map((name) => `\`${name}\``).join(", ");
    throw new ConfigurationError(
      "messages",
      `A content block of type \`${String(block.type)}\` cannot be sent to this server.`,
      `It takes ${known}.`,
    );
  }
  if (loadImage && type === "image_url") return inlined(part.image_url, loadImage);
  return { type, [type]: pick(part[type], partFields?.[type]) };
}

/** The text of a block that is nothing else. */
function textOf({ type, text, refusal, source_type: source }: Json): string | undefined {
  const isText = type === "text" || type === "text-plain" || source === "text";
  const own = type === "refusal" ? refusal : isText ? text : undefined;
  return typeof own === "string" ? own : undefined;
}

/** Keeps the fields that the API knows of the object inside a part. A bare address becomes an object with nothing else. */
function pick(inside: unknown, fields: readonly string[] | undefined): unknown {
  if (typeof inside === "string") return { url: inside };
  if (!isObject(inside) || fields === undefined) return inside;
  return Object.fromEntries(
    fields.filter((field) => inside[field] !== undefined).map((field) => [field, inside[field]]),
  );
}

/** The image itself instead of its address, by the user's own loader: nothing is fetched unless that was asked for. */
async function inlined(image: unknown, loadImage: (url: string) => Promise<string>): Promise<Json> {
  const fields: Json = isObject(image) ? image : { url: image };
  const url = nonEmpty(fields.url);
  if (url === undefined || !/^https?:/i.test(url)) return { type: "image_url", image_url: fields };
  const loaded = nonEmpty(await loadImage(url));
  if (loaded === undefined) {
    throw new ConfigurationError("loadImage", "It gave nothing for an image's address.", "Return a data URL.");
  }
  return { type: "image_url", image_url: { ...fields, url: loaded } };
}

function isWirePart(block: Json): boolean {
  return typeof block.type === "string" && PARTS.has(block.type) && block[block.type] !== undefined;
}

/** LangChain's image blocks of the v1 form: an address, or base64 with its type. */
function standardImage(block: Json): Json | undefined {
  if (block.type !== "image" || "source_type" in block) return undefined;
  if (isObject(block.source))
    return standardImage({ ...block.source, type: "image", mimeType: block.source.media_type });
  const url = nonEmpty(block.url) ?? toDataUrl(block.data, nonEmpty(block.mimeType) ?? nonEmpty(block.mime_type));
  return url === undefined ? undefined : { type: "image_url", image_url: { url } };
}

function toDataUrl(data: unknown, mimeType = "image/png"): string | undefined {
  if (data instanceof Uint8Array) return `data:${mimeType};base64,${toBase64(data)}`;
  return typeof data === "string" && data !== "" ? `data:${mimeType};base64,${data}` : undefined;
}

/** The remaining forms: data blocks with a `source_type`, and what no one knows. */
function convert(block: Json): Json {
  try {
    return { ...(fromDataBlock(block) ?? block) };
  } catch (cause) {
    throw new ConfigurationError(
      "messages",
      `A content block of type \`${String(block.type)}\` cannot be sent: ${cause instanceof Error ? cause.message : String(cause)}.`,
      "Pass it as base64 with its MIME type.",
    );
  }
}
