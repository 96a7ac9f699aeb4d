import type { AIMessageChunk, ContentBlock, UsageMetadata } from "@langchain/core/messages";
import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import type { ChatGenerationChunk } from "@langchain/core/outputs";
import { thoughtInText } from "./chunk.js";
import type { AnswerDelta, ToolCallDelta } from "./delta.js";
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

type ToolChunk = Pick<ToolCallDelta, "id" | "name" | "args"> & { index?: number | undefined };

/** LangChain's content-block events of a stream of chunks. Core's own bridge loses tool calls, reasoning and metadata. */
export async function* toEvents(
  chunks: AsyncIterable<ChatGenerationChunk>,
): AsyncGenerator<ChatModelStreamEvent, void, undefined> {
  const writer = new EventWriter();
  const events: ChatModelStreamEvent[] = [];
  for await (const { message } of chunks) {
    writer.add(message as AIMessageChunk, events);
    yield* events.splice(0);
  }
  writer.finish(events);
  yield* events;
}

/** Writes an answer as LangChain's content-block events: reasoning, text and each tool call in a block of its own. */
export class EventWriter {
  private readonly text = new Map<string, TextBlock>();
  private readonly tools = new Map<number, ToolBlock>();
  private next = 0;
  private hasStarted = false;
  private usage: UsageMetadata | undefined;
  private readonly metadata: Record<string, unknown> = {};

  /** Adds the events of a chunk. */
  add(message: AIMessageChunk, events: ChatModelStreamEvent[]): void {
    if (!this.hasStarted) events.push({ event: "message-start", id: message.id });
    this.hasStarted = true;
    Object.assign(this.metadata, message.response_metadata);
    const { content, additional_kwargs: extra, usage_metadata: usage } = message;
    const reasoning = extra.reasoning_content;
    if (typeof reasoning === "string") this.addPiece("reasoning", reasoning, events);
    if (typeof content === "string") this.addPiece("text", content, events);
    for (const chunk of message.tool_call_chunks ?? []) this.addToolCall(chunk, events);
    for (const block of mediaBlocks(extra)) {
      const index = this.next++;
      events.push({ event: "content-block-start", index, content: block });
      events.push({ event: "content-block-finish", index, content: block });
    }
    if (!usage) return;
    this.usage = usage;
    events.push({ event: "usage", usage });
  }

  /** Adds those of a delta of text alone, which is not the first. */
  addText({ text, reasoning }: AnswerDelta, events: ChatModelStreamEvent[]): void {
    if (reasoning !== undefined) this.addPiece("reasoning", reasoning, events);
    if (text !== undefined) this.addPiece("text", text, events);
  }

  /** Adds the end of all blocks, and of the message. */
  finish(events: ChatModelStreamEvent[]): void {
    const { metadata, usage } = this;
    const { finish_reason, thought_in_text: _, ...responseMetadata } = metadata;
    const finishReason = typeof finish_reason === "string" ? finish_reason : undefined;
    if (!this.hasStarted) events.push({ event: "message-start" });
    this.takeOut(thoughtInText(metadata), events);
    for (const { index, type, parts } of this.text.values())
      events.push({ event: "content-block-finish", index, content: textBlock(type, parts.text) });
    const blocks = [...this.tools.values()];
    const calls = blocks.map(({ call, parts }) => ({ ...call, args: parts.text }));
    const parsed = parseEach(calls, finishReason);
    for (const [position, { index }] of blocks.entries())
      events.push({ event: "content-block-finish", index, content: parsed[position] as ContentBlock });
    const reason = REASONS.get(finishReason ?? "stop") ?? "stop";
    events.push({ event: "message-finish", reason, usage, responseMetadata });
  }

  /** A thought that was given out as text is in no text in the end. */
  private takeOut(thought: ThoughtInText | undefined, events: ChatModelStreamEvent[]): void {
    const text = this.text.get("text");
    if (!thought || !text) return;
    const said = text.parts.text;
    this.addPiece("reasoning", said.slice(0, thought[0]), events);
    text.parts = new Pieces();
    text.parts.push(said.slice(thought[1]));
  }

  private addPiece(type: "text" | "reasoning", piece: string, events: ChatModelStreamEvent[]): void {
    if (piece === "") return;
    let block = this.text.get(type);
    if (!block) {
      this.text.set(type, (block = { type, index: this.next++, parts: new Pieces() }));
      events.push({ event: "content-block-start", index: block.index, content: textBlock(type, "") });
    }
    const { index, parts } = block;
    parts.push(piece);
    events.push(
      type === "text"
        ? { event: "content-block-delta", index, delta: { type: "text-delta", text: piece } }
        : { event: "content-block-delta", index, delta: { type: "reasoning-delta", reasoning: piece } },
    );
  }

  private addToolCall({ index: given, id, name, args }: ToolChunk, events: ChatModelStreamEvent[]): void {
    const key = given ?? 0;
    let block = this.tools.get(key);
    if (!block) {
      const index = this.next++;
      block = { type: "tool_call", index, call: { index: key, id, name, args: "" }, parts: new Pieces() };
      this.tools.set(key, block);
      const content = { type: "tool_call_chunk", id, name, args: "", index } as ContentBlock;
      events.push({ event: "content-block-start", index, content });
    }
    if (!args) return;
    block.parts.push(args);
    events.push({ event: "content-block-delta", index: block.index, delta: { type: "tool-call-delta", args } });
  }
}

function textBlock(type: "text" | "reasoning", text: string): ContentBlock {
  return type === "text" ? { type, text } : { type, reasoning: text };
}
