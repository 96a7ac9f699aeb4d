import { AIMessageChunk, type AIMessage, type ContentBlock } from "@langchain/core/messages";

type Blocks = ContentBlock.Standard[];

interface Translator {
  translateContent(message: AIMessage | AIMessageChunk): Blocks;
  translateContentChunk(message: AIMessage | AIMessageChunk): Blocks;
}

/**
 * The standard blocks of a message of ours: reasoning, text, tool calls. Pieces of a stream carry an index, by which
 * LangChain joins them when chunks are added up.
 */
export function toContentBlocks(message: AIMessage | AIMessageChunk): Blocks {
  const blocks: Blocks = [];
  const isPiece = AIMessageChunk.isInstance(message) && message.response_metadata.finish_reason === undefined;
  const at = (index: number) => (isPiece ? { index } : {});
  const reasoning = message.additional_kwargs.reasoning_content;
  if (typeof reasoning === "string" && reasoning !== "") blocks.push({ type: "reasoning", reasoning, ...at(0) });
  if (typeof message.content !== "string") blocks.push(...(message.content as Blocks));
  else if (message.content !== "") blocks.push({ type: "text", text: message.content, ...at(1) });
  if (isPiece) {
    for (const { id, name, args, index } of message.tool_call_chunks ?? []) {
      blocks.push({ type: "tool_call_chunk", id, name, args, index: (index ?? 0) + 2 });
    }
    return blocks;
  }
  for (const { id, name, args } of message.tool_calls ?? []) blocks.push({ type: "tool_call", id, name, args });
  return blocks;
}

/**
 * Makes `contentBlocks` work for a provider name. LangChain looks translators up in a global map that it does not
 * export; without an entry, reasoning is invisible there, and tool calls are lost from streamed messages.
 */
export function registerContentBlocks(provider: string): void {
  const registry: unknown = Reflect.get(globalThis, "lc_block_translators_registry");
  if (!(registry instanceof Map) || registry.has(provider)) return;
  const translator: Translator = { translateContent: toContentBlocks, translateContentChunk: toContentBlocks };
  registry.set(provider, translator);
}

/** The v1 form of a message: its content is its blocks. */
export function toV1<Message extends AIMessage | AIMessageChunk>(message: Message): Message {
  const Cls = message.constructor as new (fields: object) => Message;
  const response_metadata = { ...message.response_metadata, output_version: "v1" };
  return new Cls({ ...message, content: message.contentBlocks, response_metadata });
}
