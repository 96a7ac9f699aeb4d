import { AIMessage, type BaseMessage } from "@langchain/core/messages";
import { withoutBinary } from "../../base/binary_text.js";
import { readBlock, type BlockPart } from "../../base/content_block.js";
import { ConfigurationError } from "../../base/errors.js";
import { isObject, nonEmpty, toJsonText, type Json } from "../../base/json.js";
import { fromDataBlock, fromMedia } from "./data_blocks.js";
import type { Dialect } from "./dialect.js";

/** A message's content as it is sent. */
export type WireContent = string | Json[];

/** Parts that the APIs know. Each has one field of its own name; some APIs refuse a request with any other. */
const PARTS = new Set(["image_url", "video_url", "input_audio", "file"]);

/** The fields of a dialect that decide how content is sent. */
export type ContentRules = Pick<Dialect, "parts" | "partFields" | "loadImage">;

/**
 * A message's content: text alone as one string, since many servers take nothing else; images and such as parts.
 * @throws ConfigurationError for a block of a kind that the server does not take
 */
export async function toContent(message: Pick<BaseMessage, "content">, dialect: ContentRules): Promise<WireContent> {
  const { content } = message;
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return untypedContent(content);
  const isAnswer = AIMessage.isInstance(message);
  const wire: Json[] = [];
  for (const block of content) wire.push(...(await toParts(block, dialect, isAnswer)));
  return joinTexts(wire);
}

/** Parts as one string where they are text alone. */
export function joinTexts(parts: Json[]): WireContent {
  return parts.every(({ type }) => type === "text") ? parts.map(({ text }) => String(text)).join("") : parts;
}

/** Callers without types put null, numbers and objects there. */
function untypedContent(content: unknown): string {
  return content === undefined || content === null ? "" : withoutBinary(toJsonText(content) ?? "");
}

/** A block as parts of this wire. Of an answer, text and images: the rest of it means nothing to another model. */
async function toParts(block: Json, rules: ContentRules, isAnswer: boolean): Promise<Json[]> {
  const wire = isWirePart(block) ? block : older(block);
  if (wire) return isAnswer && wire.type !== "image_url" ? [] : [await checked(wire, block, rules)];
  const read = readBlock(block);
  const isKept = ({ kind }: BlockPart) => kind === "text" || (kind === "image" && block.type === "image");
  if (isAnswer) return partsOf((read ?? []).filter(isKept), block, rules);
  if (read === undefined) throw notTaken(block, rules);
  return partsOf(read, block, rules);
}

/**
 * What was read of a block, as parts of this wire.
 * @throws ConfigurationError for what the server does not take
 */
export async function partsOf(read: readonly BlockPart[], block: Json, rules: ContentRules): Promise<Json[]> {
  const parts: Json[] = [];
  for (const each of read) {
    if (each.kind === "text") parts.push({ type: "text", text: each.text });
    else parts.push(await checked(fromMedia(each), block, rules));
  }
  return parts;
}

async function checked(part: Json | undefined, block: Json, rules: ContentRules): Promise<Json> {
  const { parts, partFields, loadImage } = rules;
  const type = String(part?.type);
  if (part === undefined || !parts.includes(type)) throw notTaken(block, rules);
  if (loadImage && type === "image_url") return inlined(part.image_url, loadImage);
  return { type, [type]: pick(part[type], partFields?.[type]) };
}

function notTaken(block: Json, { parts }: ContentRules): ConfigurationError {
  const known = parts.map((name) => `\`${name}\``).join(", ");
  return new ConfigurationError(
    "messages",
    `A content block of type \`${String(block.type)}\` cannot be sent to this server.`,
    `It takes ${known}.`,
  );
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

/** The form with a `source_type`, but for text in it. */
function older(block: Json): Json | undefined {
  if (typeof block.text === "string") return undefined;
  try {
    const part = fromDataBlock(block);
    return part && { ...part };
  } catch (cause) {
    throw new ConfigurationError(
      "messages",
      `A content block of type \`${String(block.type)}\` cannot be sent: ${cause instanceof Error ? cause.message : String(cause)}.`,
      "Pass it as base64 with its MIME type.",
    );
  }
}
