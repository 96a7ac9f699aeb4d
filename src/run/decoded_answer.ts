import type { AnswerDecoder, AnswerDelta } from "../answer/delta.js";
import { decodingError } from "../answer/unreadable.js";
import { attempt } from "../base/attempt.js";
import type { HttpAnswer } from "../transport/http_answer.js";
import type { Framer } from "../transport/sse.js";
import type { ModelCall } from "./model_call.js";

type Group = AnswerDelta[];
type Result = IteratorResult<Group, void>;

/**
 * The deltas of a streamed answer, in the groups in which the network delivers them. An iterator by hand: where each event
 * comes in a packet of its own, a chain of generators takes longer than reading it.
 */
export class DecodedAnswer implements AsyncIterableIterator<Group, void, undefined> {
  private phase: "pieces" | "closing" | "drain" | "over" = "pieces";
  /** What ends the answer once everything before it has been handed out. */
  private failure: { error: unknown } | undefined;

  constructor(
    private readonly answer: HttpAnswer,
    private readonly framer: Framer,
    private readonly decoder: AnswerDecoder,
    private readonly call: ModelCall,
  ) {
    call.countedBy(decoder);
  }

  async next(): Promise<Result> {
    if (this.phase === "drain") await this.answer.drain();
    if (this.phase === "drain" || this.phase === "over") return this.end();
    try {
      while (this.phase === "pieces") {
        if (this.failure) throw this.failure.error;
        const piece = this.decoder.isAnswered ? await this.answer.lastPiece() : await this.answer.read();
        const deltas = this.decode(piece === undefined ? this.framer.end() : this.framer.push(piece));
        if (piece === undefined || this.decoder.finished) this.phase = "closing";
        if (deltas.length > 0) return { done: false, value: deltas };
      }
      if (this.failure) throw this.failure.error;
      return { done: false, value: this.closing() };
    } catch (error) {
      return this.cut(this.phase === "closing" ? decodingError(error, this.decoder) : error);
    }
  }

  async return(): Promise<Result> {
    return this.end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Keeps an error until what came before it, maybe in the same piece, has been handed out. */
  private decode(events: unknown[]): Group {
    const deltas: Group = [];
    try {
      for (const event of events) for (const delta of this.decoder.push(event)) deltas.push(delta);
    } catch (error) {
      this.failure = { error: decodingError(error, this.decoder) };
    }
    if (!this.decoder.isAnswered) this.call.graceIsOver();
    return deltas;
  }

  private closing(): Group {
    this.call.graceIsOver();
    const closing = this.decoder.end();
    this.call.running = undefined;
    this.phase = "drain";
    return closing;
  }

  /** What the decoder held back comes before the error. */
  private cut(error: unknown): Result {
    const rest = attempt(() => this.decoder.cut(), []);
    if (rest.length === 0) {
      this.phase = "over";
      throw error;
    }
    this.phase = "pieces";
    this.failure = { error };
    return { done: false, value: rest };
  }

  private end(): Result {
    this.phase = "over";
    return { done: true, value: undefined };
  }
}
