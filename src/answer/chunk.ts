import { AIMessageChunk, type AIMessageChunkFields, type ContentBlock } from "@langchain/core/messages";
import { ChatGenerationChunk } from "@langchain/core/outputs";
import { callBlocks, toContentBlocks } from "./content_blocks.js";
import type { AnswerDelta } from "./delta.js";
import { endOf } from "./end_of.js";
import type { ThoughtInText } from "./think_tags.js";
import { joinToolCallChunks, parseToolCalls, type ParsedToolCalls } from "./tool_calls.js";

/**
 * A chunk whose tool calls are parsed strictly once its finish reason is known. Core completes half a JSON object by
 * guessing, which is right for showing a call while it streams, and wrong for executing one that was cut off. A thought
 * that was given out as text is taken out of it then too.
 */
export class MeteredMessageChunk extends AIMessageChunk {
  constructor(given: AIMessageChunkFields) {
    const fields = withoutThought(given);
    super(fields);
    const chunks = fields.tool_call_chunks;
    const finish = endOf(fields.response_metadata);
    if (chunks === undefined || chunks.length === 0 || finish === undefined) return;
    let parsed: ParsedToolCalls | undefined;
    const strict = () => (parsed ??= parseToolCalls(joinToolCallChunks(chunks), finish));
    for (const target of [this, this.lc_kwargs]) {
      for (const key of ["tool_calls", "invalid_tool_calls"] as const) {
        Object.defineProperty(target, key, {
          get: () => strict()[key],
          set: (value: unknown) => {
            Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
          },
          enumerable: true,
          configurable: true,
        });
      }
    }
  }

  /**
   * The name under which a message is stored: that of LangChain's own class, the only one that `load` knows. One with
   * broken calls is stored as a whole message, since a chunk's calls would be guessed anew from their pieces.
   */
  override get lc_id(): string[] {
    const isBroken = endOf(this.response_metadata) !== undefined && (this.invalid_tool_calls?.length ?? 0) > 0;
    return [...this.lc_namespace, isBroken ? "AIMessage" : "AIMessageChunk"];
  }

  override get contentBlocks(): ContentBlock.Standard[] {
    if (this.response_metadata.output_version !== "v1") return toContentBlocks(this);
    const blocks = super.contentBlocks;
    if (endOf(this.response_metadata) === undefined) return blocks;
    // A sum of pieces in the v1 form has pieces of calls in its content; what they stand for is the calls.
    const others = blocks.filter(({ type }) => type !== "tool_call_chunk");
    return others.length === blocks.length ? blocks : [...others, ...callBlocks(this)];
  }
}

/** The key under which a thought in the text travels in `response_metadata` until the message is whole. */
const THOUGHT = "thought_in_text";

/** The thought that a stream has given out as text, as far as `response_metadata` has one. */
export function thoughtInText(metadata: Record<string, unknown> | undefined): ThoughtInText | undefined {
  const thought = metadata?.[THOUGHT];
  return Array.isArray(thought) ? (thought as unknown as ThoughtInText) : undefined; // as we wrote it
}

function withoutThought(fields: AIMessageChunkFields): AIMessageChunkFields {
  const { content, response_metadata: metadata } = fields;
  const thought = thoughtInText(metadata);
  if (thought === undefined || typeof content !== "string" || content.length < thought[1]) return fields;
  if (endOf(metadata) === undefined) return fields;
  const { [THOUGHT]: _, ...response_metadata } = metadata ?? {};
  const before = fields.additional_kwargs?.reasoning_content;
  const reasoning_content = (typeof before === "string" ? before : "") + content.slice(0, thought[0]);
  const additional_kwargs = { ...fields.additional_kwargs, reasoning_content };
  return { ...fields, content: content.slice(thought[1]), additional_kwargs, response_metadata };
}

/** Makes LangChain's chunk of a delta: one in, one out. `provider` picks the translator of `contentBlocks`. */
export function toChunk(delta: AnswerDelta, provider: string, id: string | undefined): ChatGenerationChunk {
  const text = delta.text ?? "";
  const metadata = toMetadata(delta, provider);
  const message = new MeteredMessageChunk({
    content: text,
    id,
    additional_kwargs: toExtra(delta),
    response_metadata: metadata,
    tool_call_chunks: delta.toolCalls?.map((call) => ({ type: "tool_call_chunk", ...call })) ?? [],
    // Always there, if only as `undefined`: core copies the fields and sets these, and on Node 20 a key that is new to a copy
    // takes longer than the rest of the chunk.
    tool_calls: undefined,
    invalid_tool_calls: undefined,
    usage_metadata: delta.usage,
  });
  const generationInfo = toGenerationInfo(delta);
  return new ChatGenerationChunk(generationInfo ? { text, message, generationInfo } : { text, message });
}

/** The parts of a delta that go into `response_metadata`. */
export function toMetadata(delta: AnswerDelta, provider: string): Record<string, unknown> {
  const metadata: Record<string, unknown> = { model_provider: provider, ...delta.metadata };
  if (delta.finishReason !== undefined) metadata.finish_reason = delta.finishReason;
  if (delta.logprobs !== undefined) metadata.logprobs = delta.logprobs;
  if (delta.thoughtInText !== undefined) metadata[THOUGHT] = [...delta.thoughtInText];
  return metadata;
}

/** The parts of a delta that go into `additional_kwargs`. */
export function toExtra(delta: AnswerDelta): Record<string, unknown> {
  return delta.reasoning === undefined ? { ...delta.extra } : { reasoning_content: delta.reasoning, ...delta.extra };
}

/** The facts that tracers read beside the message. */
export function toGenerationInfo(delta: AnswerDelta): Record<string, unknown> | undefined {
  const { finishReason, logprobs, choice } = delta;
  if (finishReason === undefined && logprobs === undefined && choice === undefined) return undefined;
  const info: Record<string, unknown> = {};
  if (finishReason !== undefined) info.finish_reason = finishReason;
  if (logprobs !== undefined) info.logprobs = logprobs;
  if (choice !== undefined) info.completion = choice;
  return info;
}
