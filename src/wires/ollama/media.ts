import type { BaseMessage } from "@langchain/core/messages";
import { readBlock } from "../../base/content_block.js";
import { ConfigurationError } from "../../base/errors.js";
import { isObject, nonEmpty, type Json } from "../../base/json.js";
import { readResult } from "../../base/tool_result.js";
import { toBase64 } from "./base64.js";

/** An image or a sound of a message: base64, or the address under which it can be fetched. */
export type Media = { kind: "image" | "audio"; base64: string } | { kind: "image" | "audio"; url: string };

const KINDS: Record<string, Media["kind"]> = {
  image_url: "image",
  image: "image",
  input_audio: "audio",
  audio: "audio",
};

/** What kinds of media messages carry. Looks at no data. */
export function mediaKinds(messages: readonly BaseMessage[]): Set<Media["kind"]> {
  const kinds = new Set<Media["kind"]>();
  for (const message of messages) {
    const { content } = message;
    for (const block of Array.isArray(content) ? content : []) {
      const own = typeof block.type === "string" && Object.hasOwn(KINDS, block.type) ? KINDS[block.type] : undefined;
      for (const { kind } of own === undefined ? (readBlock(block) ?? []) : [{ kind: own }]) note(kind, kinds);
    }
    if (message.getType() === "tool") for (const { kind } of readResult(content) ?? []) note(kind, kinds);
  }
  return kinds;
}

function note(kind: string, kinds: Set<Media["kind"]>): void {
  if (kind === "image" || kind === "audio") kinds.add(kind);
}

/**
 * Reads a block that carries an image or a sound, in any of LangChain's, OpenAI's and Anthropic's forms; `undefined`
 * for every other block.
 * @throws ConfigurationError for data that is no base64, and for an image that is known to another provider only
 */
export function toMedia(block: Json): Media | undefined {
  switch (block.type) {
    case "image_url":
      return fromAddress("image", isObject(block.image_url) ? block.image_url.url : block.image_url);
    case "image":
      return fromData("image", block);
    case "input_audio":
      return {
        kind: "audio",
        base64: toBase64(isObject(block.input_audio) ? block.input_audio.data : undefined, "a sound"),
      };
    case "audio":
      return fromData("audio", block);
    default:
      return undefined;
  }
}

function fromData(kind: Media["kind"], block: Json): Media {
  // Anthropic keeps the same fields one level deeper.
  const source = isObject(block.source) ? block.source : block;
  if (nonEmpty(source.url) !== undefined) return fromAddress(kind, source.url);
  if (source.data !== undefined) return { kind, base64: toBase64(source.data, nameOf(kind)) };
  const id = nonEmpty(source.fileId) ?? nonEmpty(source.id);
  throw new ConfigurationError(
    "messages",
    id === undefined
      ? `A block of type \`${kind}\` has neither \`data\` nor \`url\`.`
      : `The ${kind} \`${id}\` is a file of another provider.`,
    "Pass its bytes as base64.",
    "INVALID_PROMPT_INPUT",
  );
}

function fromAddress(kind: Media["kind"], address: unknown): Media {
  if (typeof address === "string" && /^https?:\/\//i.test(address)) return { kind, url: address };
  return { kind, base64: toBase64(address, nameOf(kind)) };
}

const nameOf = (kind: Media["kind"]) => (kind === "image" ? "an image" : "a sound");
