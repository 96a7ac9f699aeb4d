import { AIMessage, type AIMessageFields, type UsageMetadata } from "@langchain/core/messages";
import type { ToolCallChunk } from "@langchain/core/messages/tool";
import { ChatGenerationChunk, type ChatGeneration } from "@langchain/core/outputs";
import { MeteredMessageChunk, toExtra, toGenerationInfo, toMetadata } from "./chunk.js";
import { isObject } from "../base/json.js";
import type { AnswerDelta } from "./delta.js";
import { joinLogprobs } from "./join.js";
import { joinToolCallChunks, parseToolCalls } from "./tool_calls.js";

/**
 * Joins the chunks of one answer into one. Linear in their number, where core's `concat` builds the whole message anew
 * with every chunk.
 */
export function assembleChunks(chunks: readonly ChatGenerationChunk[]): ChatGenerationChunk | undefined {
  const [first] = chunks;
  if (first === undefined || chunks.length === 1) return first;
  // Only a subclass that yields blocks of its own gets here; its chunks know best how to be joined.
  if (!chunks.every(isPlain)) return chunks.reduce((sum, chunk) => sum.concat(chunk));
  const parts = new Parts();
  for (const { message, generationInfo } of chunks) parts.add(message as MeteredMessageChunk, generationInfo);
  return parts.join(first.message.id);
}

/** True for a chunk of ours as it was made: its content is text. */
export function isPlain(chunk: ChatGenerationChunk): boolean {
  return typeof chunk.message.content === "string" && MeteredMessageChunk.isInstance(chunk.message);
}

class Parts {
  private readonly text: string[] = [];
  private readonly reasoning: string[] = [];
  private readonly toolCalls: ToolCallChunk[] = [];
  private readonly logprobs: Record<string, unknown>[] = [];
  private readonly metadata: Record<string, unknown> = {};
  private readonly extra: Record<string, unknown> = {};
  private readonly info: Record<string, unknown> = {};
  private usage: UsageMetadata | undefined;

  add(message: MeteredMessageChunk, info: Record<string, unknown> | undefined): void {
    if (typeof message.content === "string" && message.content !== "") this.text.push(message.content);
    const { reasoning_content: reasoning, ...extra } = message.additional_kwargs;
    if (typeof reasoning === "string") this.reasoning.push(reasoning);
    Object.assign(this.extra, extra);
    for (const call of message.tool_call_chunks ?? []) this.toolCalls.push(call);
    const { logprobs, ...metadata } = message.response_metadata;
    if (isObject(logprobs)) this.logprobs.push(logprobs);
    Object.assign(this.metadata, metadata);
    Object.assign(this.info, info);
    this.usage ??= message.usage_metadata;
  }

  join(id: string | undefined): ChatGenerationChunk {
    const text = this.text.join("");
    if (this.logprobs.length > 0) this.metadata.logprobs = this.info.logprobs = joinLogprobs(this.logprobs);
    if (this.reasoning.length > 0) this.extra.reasoning_content = this.reasoning.join("");
    const calls = joinToolCallChunks(this.toolCalls);
    const message = new MeteredMessageChunk({
      content: text,
      id,
      additional_kwargs: this.extra,
      response_metadata: this.metadata,
      tool_call_chunks: calls.map((call) => ({ type: "tool_call_chunk", ...call })),
      ...(this.usage === undefined ? {} : { usage_metadata: this.usage }),
    });
    return new ChatGenerationChunk({ text: message.text, message, generationInfo: this.info });
  }
}

/** LangChain's generation for an answer that came whole. */
export function toGeneration(answer: AnswerDelta, provider: string): ChatGeneration {
  const text = answer.text ?? "";
  const calls = answer.toolCalls?.map((call) => ({ ...call, args: call.args ?? "" })) ?? [];
  const fields: AIMessageFields = {
    content: text,
    additional_kwargs: toExtra(answer),
    response_metadata: toMetadata(answer, provider),
    ...parseToolCalls(calls, answer.finishReason),
  };
  if (answer.usage) fields.usage_metadata = answer.usage;
  return { text, message: new AIMessage(fields), generationInfo: toGenerationInfo(answer) };
}
