import type { UsageMetadata } from "@langchain/core/messages";
import { ChatGenerationChunk } from "@langchain/core/outputs";
import { isObject } from "../base/json.js";
import { MeteredMessageChunk } from "./chunk.js";
import type { AnswerDelta } from "./delta.js";
import { joinLogprobs, Logprobs } from "./logprobs.js";
import { Pieces } from "./pieces.js";
import { CallPieces, joinToolCallChunks } from "./tool_calls.js";

/** A chunk as `toChunk` makes it. */
export interface PlainChunk extends ChatGenerationChunk {
  message: MeteredMessageChunk & { content: string };
}

/** True for a chunk of ours as it was made: its content is text. */
export function isPlain(chunk: ChatGenerationChunk): chunk is PlainChunk {
  return typeof chunk.message.content === "string" && MeteredMessageChunk.isInstance(chunk.message);
}

/**
 * What chunks come to, of which none is kept: an object for each piece of an answer takes a hundred times the room of what is
 * in it. The names of fields are a server's, and may be any words.
 */
export class ChunkSum {
  private readonly text = new Pieces();
  private readonly reasoning = new Pieces();
  private readonly calls = new CallPieces();
  private readonly logprobs = new Logprobs();
  private readonly metadata = new Map<string, unknown>();
  private readonly extra = new Map<string, unknown>();
  private readonly info = new Map<string, unknown>();
  private usage: UsageMetadata | undefined;
  private provider: unknown;

  /** Adds text and a thought, as a chunk with nothing else would. */
  addText({ text, reasoning }: AnswerDelta): void {
    if (text !== undefined && text !== "") this.text.push(text);
    if (reasoning !== undefined) this.reasoning.push(reasoning);
  }

  add({ message, generationInfo }: PlainChunk): void {
    const { content, additional_kwargs: kwargs, response_metadata: metadata, tool_call_chunks: calls } = message;
    if (content !== "") this.text.push(content);
    for (const name in kwargs) {
      const value = kwargs[name];
      if (name !== "reasoning_content") this.extra.set(name, value);
      else if (typeof value === "string") this.reasoning.push(value);
    }
    if (calls !== undefined) for (const call of calls) this.calls.add(call);
    for (const name in metadata) {
      const value: unknown = metadata[name];
      // On each chunk, and always the same.
      if (name === "model_provider") {
        if (value === this.provider) continue;
        this.provider = value;
      }
      if (name !== "logprobs") this.metadata.set(name, value);
      else if (isObject(value)) this.logprobs.add(value);
    }
    for (const name in generationInfo) this.info.set(name, generationInfo[name]);
    this.usage ??= message.usage_metadata;
  }

  /** Some sums as one chunk, in their order. Linear, where core's `concat` builds the whole message anew with each chunk. */
  static join(sums: readonly ChunkSum[], id: string | undefined): ChatGenerationChunk {
    const text = sums.map((sum) => sum.text.text).join("");
    const metadata = fieldsOf(sums.map((sum) => sum.metadata));
    const info = fieldsOf(sums.map((sum) => sum.info));
    const logprobs = sums.flatMap((sum) => (sum.logprobs.isEmpty ? [] : [sum.logprobs.whole]));
    if (logprobs.length > 0) metadata.logprobs = info.logprobs = joinLogprobs(logprobs);
    const extra = fieldsOf(sums.map((sum) => sum.extra));
    const reasoning = sums.flatMap((sum) => (sum.reasoning.isEmpty ? [] : [sum.reasoning.text]));
    if (reasoning.length > 0) extra.reasoning_content = reasoning.join("");
    const calls = joinToolCallChunks(sums.flatMap((sum) => sum.calls.whole));
    const usage = sums.find((sum) => sum.usage !== undefined)?.usage;
    const message = new MeteredMessageChunk({
      content: text,
      id,
      additional_kwargs: extra,
      response_metadata: metadata,
      tool_call_chunks: calls.map((call) => ({ type: "tool_call_chunk", ...call })),
      ...(usage === undefined ? {} : { usage_metadata: usage }),
    });
    return new ChatGenerationChunk({ text: message.text, message, generationInfo: info });
  }
}

/** Fields as one object. A later one of the same name counts. */
function fieldsOf(maps: readonly ReadonlyMap<string, unknown>[]): Record<string, unknown> {
  return Object.fromEntries(maps.flatMap((map) => [...map]));
}
