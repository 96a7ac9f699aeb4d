import type { AIMessageChunk, ContentBlock, UsageMetadata } from "@langchain/core/messages";
import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import type { ChatGenerationChunk } from "@langchain/core/outputs";
import { thoughtInText } from "./chunk.js";
import { mediaBlocks } from "./media_blocks.js";
import { Pieces } from "./pieces.js";
import type { ThoughtInText } from "./think_tags.js";
import { parseEach, type RawToolCall } from "./tool_calls.js";

type FinishReason = "stop" | "length" | "tool_use" | "content_filter";

/** LangChain's event protocol knows four reasons; the server's own word stays in `responseMetadata.finish_reason`. */
const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ["length", "length"],
  ["tool_calls", "tool_use"],
  ["function_call", "tool_use"],
  ["content_filter", "content_filter"],
]);

type TextBlock = { type: "text" | "reasoning"; index: number; parts: Pieces };
type ToolBlock = { type: "tool_call"; index: number; call: RawToolCall; parts: Pieces };

/**
 * LangChain's content-block events of a stream of chunks: reasoning, text and each tool call in a block of its own.
 * Core's own bridge loses tool calls, reasoning and metadata.
 */
export async function* toEvents(
  chunks: AsyncIterable<ChatGenerationChunk>,
): AsyncGenerator<ChatModelStreamEvent, void, undefined> {
  const blocks = new Blocks();
  let usage: UsageMetadata | undefined;
  let started = false;
  const metadata: Record<string, unknown> = {};
  for await (const chunk of chunks) {
    const message = chunk.message as AIMessageChunk;
    if (!started) yield { event: "message-start", id: message.id };
    started = true;
    Object.assign(metadata, message.response_metadata);
    if (message.usage_metadata) usage = message.usage_metadata;
    yield* blocks.add(message);
    if (message.usage_metadata) yield { event: "usage", usage: message.usage_metadata };
  }
  if (!started) yield { event: "message-start" };
  yield* blocks.finish(metadata);
  const finish = typeof metadata.finish_reason === "string" ? metadata.finish_reason : "stop";
  const { finish_reason: _, thought_in_text: __, ...responseMetadata } = metadata;
  yield { event: "message-finish", reason: REASONS.get(finish) ?? "stop", usage, responseMetadata };
}

class Blocks {
  private readonly text = new Map<string, TextBlock>();
  private readonly tools = new Map<number, ToolBlock>();
  private next = 0;

  *add(message: AIMessageChunk): Generator<ChatModelStreamEvent> {
    const reasoning = message.additional_kwargs.reasoning_content;
    if (typeof reasoning === "string" && reasoning !== "") yield* this.addText("reasoning", reasoning);
    if (typeof message.content === "string" && message.content !== "") yield* this.addText("text", message.content);
    for (const chunk of message.tool_call_chunks ?? []) yield* this.addToolCall(chunk);
    for (const content of mediaBlocks(message.additional_kwargs)) {
      const index = this.next++;
      yield { event: "content-block-start", index, content };
      yield { event: "content-block-finish", index, content };
    }
  }

  *finish(metadata: Record<string, unknown>): Generator<ChatModelStreamEvent> {
    const finishReason = metadata.finish_reason;
    yield* this.takeOut(thoughtInText(metadata));
    for (const { index, type, parts } of this.text.values()) {
      yield { event: "content-block-finish", index, content: textBlock(type, parts.text) };
    }
    const blocks = [...this.tools.values()];
    const calls = blocks.map(({ call, parts }) => ({ ...call, args: parts.text }));
    const parsed = parseEach(calls, typeof finishReason === "string" ? finishReason : undefined);
    for (const [position, { index }] of blocks.entries()) {
      yield { event: "content-block-finish", index, content: parsed[position] as ContentBlock };
    }
  }

  /** A thought that was given out as text is in no text in the end. */
  private *takeOut(thought: ThoughtInText | undefined): Generator<ChatModelStreamEvent> {
    const text = this.text.get("text");
    if (!thought || !text) return;
    const said = text.parts.text;
    yield* this.addText("reasoning", said.slice(0, thought[0]));
    text.parts = new Pieces();
    text.parts.push(said.slice(thought[1]));
  }

  private *addText(type: "text" | "reasoning", piece: string): Generator<ChatModelStreamEvent> {
    let block = this.text.get(type);
    if (!block) {
      this.text.set(type, (block = { type, index: this.next++, parts: new Pieces() }));
      yield { event: "content-block-start", index: block.index, content: textBlock(type, "") };
    }
    block.parts.push(piece);
    const delta =
      type === "text"
        ? ({ type: "text-delta", text: piece } as const)
        : ({ type: "reasoning-delta", reasoning: piece } as const);
    yield { event: "content-block-delta", index: block.index, delta };
  }

  private *addToolCall(chunk: {
    index?: number;
    id?: string;
    name?: string;
    args?: string;
  }): Generator<ChatModelStreamEvent> {
    const key = chunk.index ?? 0;
    let block = this.tools.get(key);
    if (!block) {
      block = {
        type: "tool_call",
        index: this.next++,
        call: { index: key, id: chunk.id, name: chunk.name, args: "" },
        parts: new Pieces(),
      };
      this.tools.set(key, block);
      const content = {
        type: "tool_call_chunk",
        id: chunk.id,
        name: chunk.name,
        args: "",
        index: block.index,
      } as ContentBlock;
      yield { event: "content-block-start", index: block.index, content };
    }
    if (!chunk.args) return;
    block.parts.push(chunk.args);
    yield { event: "content-block-delta", index: block.index, delta: { type: "tool-call-delta", args: chunk.args } };
  }
}

function textBlock(type: "text" | "reasoning", text: string): ContentBlock {
  return type === "text" ? { type, text } : { type, reasoning: text };
}
