import { HumanMessage, type BaseMessage } from "@langchain/core/messages";
import { ConfigurationError } from "../errors.js";
import { isObject, nonEmpty, type Json } from "../json.js";
import type { Dialect } from "./dialect.js";

/** A message's content as it leaves. */
export type WireContent = string | Json[];

/** Blocks that are not content on this wire: calls travel in `tool_calls`, reasoning in a field of its own. */
const ELSEWHERE = new Set(["tool_use", "tool_call", "tool_call_chunk", "reasoning", "reasoning_content", "thinking", "input_json_delta"]);

/** Fields of content parts that the APIs know; some refuse a request with any other. */
const PART_FIELDS: Record<string, readonly string[]> = {
  text: ["text"],
  image_url: ["image_url"],
  video_url: ["video_url"],
  input_audio: ["input_audio"],
  file: ["file"],
};

/**
 * A message's content: text alone as one string, since many servers take nothing else; images and such as parts.
 * @throws ConfigurationError for a block of a kind that the server does not take
 */
export async function toContent(message: BaseMessage, dialect: Pick<Dialect, "parts" | "loadImage">): Promise<WireContent> {
  if (typeof message.content === "string") return message.content;
  const blocks = message.content.filter((block) => !ELSEWHERE.has(block.type));
  const wire: Json[] = [];
  for (const block of blocks) wire.push(await toPart(block, dialect));
  if (wire.every((part) => part.type === "text")) return wire.map((part) => String(part.text)).join("");
  return wire;
}

async function toPart(block: Json, { parts, loadImage }: Pick<Dialect, "parts" | "loadImage">): Promise<Json> {
  if (block.type === "text" && typeof block.text === "string") return { type: "text", text: block.text };
  const part = isWirePart(block) ? block : standardImage(block) ?? (await convert(block));
  const type = String(part.type);
  if (!parts.includes(type)) {
    const known = parts.map((name) => `\`${name}\``).join(", ");
    throw new ConfigurationError("messages", `A content block of type \`${String(block.type)}\` cannot be sent to this server.`, `It takes ${known}.`);
  }
  const fields = PART_FIELDS[type] ?? [];
  if (loadImage && type === "image_url") return inlined(part.image_url, loadImage);
  return { type, ...Object.fromEntries(fields.filter((field) => part[field] !== undefined).map((field) => [field, part[field]])) };
}

/** The image itself instead of its address, by the user's own loader: nothing is fetched unless that was asked for. */
async function inlined(image: unknown, loadImage: (url: string) => Promise<string>): Promise<Json> {
  const fields: Json = isObject(image) ? image : { url: image };
  const url = nonEmpty(fields.url);
  if (url === undefined || !/^https?:/i.test(url)) return { type: "image_url", image_url: fields };
  return { type: "image_url", image_url: { ...fields, url: await loadImage(url) } };
}

function isWirePart(block: Json): boolean {
  return typeof block.type === "string" && block.type in PART_FIELDS && block[block.type] !== undefined;
}

/** LangChain's image blocks of the v1 form: an address, or base64 with its type. */
function standardImage(block: Json): Json | undefined {
  if (block.type !== "image" || "source_type" in block) return undefined;
  if (isObject(block.source)) return standardImage({ ...block.source, type: "image", mimeType: block.source.media_type });
  const url = nonEmpty(block.url) ?? toDataUrl(block.data, nonEmpty(block.mimeType) ?? nonEmpty(block.mime_type));
  return url === undefined ? undefined : { type: "image_url", image_url: { url } };
}

function toDataUrl(data: unknown, mimeType = "image/png"): string | undefined {
  if (data instanceof Uint8Array) return `data:${mimeType};base64,${Buffer.from(data).toString("base64")}`;
  return typeof data === "string" && data !== "" ? `data:${mimeType};base64,${data}` : undefined;
}

/** The remaining forms (data blocks with `source_type`, audio, files) by LangChain's own converter, loaded when needed. */
async function convert(block: Json): Promise<Json> {
  const { convertMessagesToCompletionsMessageParams } = await import("@langchain/openai");
  try {
    const message = new HumanMessage({ content: [block as never] });
    const [param] = convertMessagesToCompletionsMessageParams({ messages: [message] });
    const part: unknown = Array.isArray(param?.content) ? param.content[0] : undefined;
    return isObject(part) ? part : block;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError("messages", `A content block of type \`${String(block.type)}\` cannot be sent: ${why}.`, "Pass it as base64 with its MIME type.");
  }
}
