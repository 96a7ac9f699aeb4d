import type { AIMessageChunk } from "@langchain/core/messages";
import { ChatGenerationChunk } from "@langchain/core/outputs";
import { assembleChunks, isPlain } from "./assemble.js";
import { MeteredMessageChunk } from "./chunk.js";

/** Pieces of text and reasoning that came one after the other. */
interface TextRun {
  text: string[];
  reasoning: string[];
}

/**
 * What has been delivered of an answer. Of a chunk that has a piece of text or reasoning and nothing else, only that is
 * kept: the chunks of a long answer would be ten times as large as its text.
 */
export class Delivered {
  private readonly parts: (ChatGenerationChunk | TextRun)[] = [];
  private last: ChatGenerationChunk | undefined;

  add(chunk: ChatGenerationChunk): void {
    const before = this.parts.at(-1);
    this.last = chunk;
    // The first chunk says whose answer it is.
    if (before === undefined || !isPieceOfText(chunk)) {
      this.parts.push(chunk);
      return;
    }
    const run = "message" in before ? { text: [], reasoning: [] } : before;
    if (run !== before) this.parts.push(run);
    const { text, message } = chunk;
    if (text !== "") run.text.push(text);
    const reasoning = message.additional_kwargs.reasoning_content;
    if (typeof reasoning === "string") run.reasoning.push(reasoning);
  }

  get isEmpty(): boolean {
    return this.parts.length === 0;
  }

  /** True when the last chunk says what the answer used. */
  get isClosed(): boolean {
    return this.last !== undefined && usageOf(this.last) !== undefined;
  }

  /** Everything as one chunk. */
  whole(): ChatGenerationChunk | undefined {
    return assembleChunks(this.parts.map(toChunk));
  }

  /** The same, with another end than the one that said what the answer used. */
  wholeWith(end: ChatGenerationChunk): ChatGenerationChunk {
    const chunks = this.parts.map(toChunk).filter((chunk) => usageOf(chunk) === undefined);
    return assembleChunks([...chunks, end]) ?? end;
  }
}

function toChunk(part: ChatGenerationChunk | TextRun): ChatGenerationChunk {
  if ("message" in part) return part;
  const text = part.text.join("");
  const additional_kwargs = part.reasoning.length > 0 ? { reasoning_content: part.reasoning.join("") } : {};
  return new ChatGenerationChunk({ text, message: new MeteredMessageChunk({ content: text, additional_kwargs }) });
}

function usageOf({ message }: ChatGenerationChunk): unknown {
  return (message as AIMessageChunk).usage_metadata;
}

function isPieceOfText(chunk: ChatGenerationChunk): boolean {
  if (!isPlain(chunk) || chunk.text !== chunk.message.content || chunk.generationInfo !== undefined) return false;
  const { additional_kwargs, response_metadata, tool_call_chunks: calls } = chunk.message as AIMessageChunk;
  if (usageOf(chunk) !== undefined || (calls !== undefined && calls.length > 0)) return false;
  for (const key in response_metadata) if (key !== "model_provider") return false;
  for (const key in additional_kwargs) if (key !== "reasoning_content") return false;
  return true;
}
