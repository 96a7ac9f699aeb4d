import { AIMessageChunk, type AIMessage, type ContentBlock } from "@langchain/core/messages";
import { endOf } from "./end_of.js";
import { citationsOf, mediaBlocks } from "./media_blocks.js";

type Blocks = ContentBlock.Standard[];

interface Translator {
  translateContent(message: AIMessage | AIMessageChunk): Blocks;
  translateContentChunk(message: AIMessage | AIMessageChunk): Blocks;
}

/**
 * The standard blocks of a message of ours: reasoning, text, tool calls. Pieces of a stream carry an index, by which
 * LangChain joins them when chunks are added up.
 */
export function toContentBlocks(message: AIMessage | AIMessageChunk, isPiece = isUnfinished(message)): Blocks {
  const blocks: Blocks = [];
  const at = (index: number) => (isPiece ? { index } : {});
  const reasoning = message.additional_kwargs.reasoning_content;
  if (typeof reasoning === "string" && reasoning !== "") blocks.push({ type: "reasoning", reasoning, ...at(0) });
  if (typeof message.content !== "string") blocks.push(...(message.content as Blocks));
  else {
    const annotations = citationsOf(message.additional_kwargs);
    const cited = annotations.length > 0 ? { annotations } : {};
    if (message.content !== "" || annotations.length > 0)
      blocks.push({ type: "text", text: message.content, ...cited, ...at(1) });
    blocks.push(...mediaBlocks(message.additional_kwargs));
  }
  if (!isPiece || !AIMessageChunk.isInstance(message)) return [...blocks, ...callBlocks(message)];
  for (const { id, name, args, index } of message.tool_call_chunks ?? []) {
    blocks.push({ type: "tool_call_chunk", id, name, args, index: (index ?? 0) + 2 });
  }
  return blocks;
}

/** The calls of a message that is whole. */
export function callBlocks(message: AIMessage | AIMessageChunk): Blocks {
  const calls = message.tool_calls ?? [];
  const broken = message.invalid_tool_calls ?? [];
  return [
    ...calls.map(({ id, name, args }) => ({ type: "tool_call" as const, id, name, args })),
    ...broken.map((call) => ({ ...call, type: "invalid_tool_call" as const })),
  ];
}

function isUnfinished(message: AIMessage | AIMessageChunk): boolean {
  return AIMessageChunk.isInstance(message) && endOf(message.response_metadata) === undefined;
}

/**
 * Makes `contentBlocks` work for a provider name. LangChain looks translators up in a global map that it does not
 * export; without an entry, reasoning is invisible there, and tool calls are lost from streamed messages.
 */
export function registerContentBlocks(provider: string): void {
  const registry: unknown = Reflect.get(globalThis, "lc_block_translators_registry");
  if (!(registry instanceof Map) || registry.has(provider)) return;
  const translate = (message: AIMessage | AIMessageChunk) => toContentBlocks(message);
  const translator: Translator = { translateContent: translate, translateContentChunk: translate };
  registry.set(provider, translator);
}

/**
 * The v1 form of a message: its content is its blocks. By our own translator, also where LangChain has one for the
 * provider's name: its pieces of a stream have no index, and do not join.
 */
export function toV1<Message extends AIMessage | AIMessageChunk>(message: Message, isPiece = false): Message {
  const Cls = message.constructor as new (fields: object) => Message;
  const response_metadata = { ...message.response_metadata, output_version: "v1" };
  return new Cls({ ...message, content: toContentBlocks(message, isPiece), response_metadata });
}
