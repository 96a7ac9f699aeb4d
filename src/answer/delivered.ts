import type { AIMessageChunk } from "@langchain/core/messages";
import type { ChatGenerationChunk } from "@langchain/core/outputs";
import { ChunkSum, isPlain } from "./chunk_sum.js";
import { isOnlyText, type AnswerDelta } from "./delta.js";

/** What has been delivered of an answer: what its end needs, and no more. */
export class Delivered {
  private readonly sum = new ChunkSum();
  /** The first chunk, and the only one so far. */
  private only: ChatGenerationChunk | undefined;
  private id: string | undefined;
  private count = 0;
  /**
   * From the one that says what the answer used: another may take its place. And from one that is none of ours, such as a
   * subclass makes: those know best how to be joined.
   */
  private readonly kept: ChatGenerationChunk[] = [];

  add(chunk: ChatGenerationChunk): void {
    this.only = this.count === 0 ? chunk : undefined;
    if (this.count++ === 0) this.id = chunk.message.id;
    if (this.kept.length > 0 || usageOf(chunk) !== undefined || !isPlain(chunk)) this.kept.push(chunk);
    else this.sum.add(chunk);
  }

  /**
   * The same for a delta of text alone, without its chunk.
   * @returns false for one that only its chunk stands for: the first, and any that has more to it
   */
  addText(delta: AnswerDelta): boolean {
    if (this.count === 0 || this.kept.length > 0 || !isOnlyText(delta)) return false;
    this.only = undefined;
    this.count++;
    this.sum.addText(delta);
    return true;
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** True when the last chunk says what the answer used. */
  get isClosed(): boolean {
    const last = this.kept.at(-1);
    return last !== undefined && usageOf(last) !== undefined;
  }

  /** Everything as one chunk. */
  whole(): ChatGenerationChunk | undefined {
    return this.only ?? this.join(this.kept);
  }

  /** The same, with another end than the one that said what the answer used. */
  wholeWith(end: ChatGenerationChunk): ChatGenerationChunk {
    return this.join([...this.kept.filter((chunk) => usageOf(chunk) === undefined), end]) ?? end;
  }

  private join(kept: readonly ChatGenerationChunk[]): ChatGenerationChunk | undefined {
    const summed = this.count - this.kept.length;
    const [first] = kept;
    if (summed === 0 && kept.length < 2) return first;
    const end = new ChunkSum();
    for (const chunk of kept) {
      if (!isPlain(chunk)) return this.concat(kept, summed);
      end.add(chunk);
    }
    return ChunkSum.join([this.sum, end], summed === 0 ? first?.message.id : this.id);
  }

  private concat(kept: readonly ChatGenerationChunk[], summed: number): ChatGenerationChunk {
    const before = summed === 0 ? [] : [ChunkSum.join([this.sum], this.id)];
    return [...before, ...kept].reduce((sum, chunk) => sum.concat(chunk));
  }
}

function usageOf({ message }: ChatGenerationChunk): unknown {
  return (message as AIMessageChunk).usage_metadata;
}
