import type { AnswerDecoder, AnswerDelta } from "../../answer/delta.js";
import { findJson } from "../../answer/json_text.js";
import type { PartialUsage } from "../../usage/usage.js";

/**
 * Reads an answer that should be JSON where it is not quite: in a Markdown fence, since some servers pass over `format`,
 * or in the thinking of a model that ends its thought with it. Text that begins as JSON passes as it comes.
 */
export class JsonAnswerDecoder implements AnswerDecoder {
  /** A text that begins with a fence, until it is whole. */
  private readonly held: string[] = [];
  private readonly thoughts: string[] = [];
  private hasText = false;

  constructor(private readonly inner: AnswerDecoder) {}

  get finished(): boolean {
    return this.inner.finished;
  }

  get runningUsage(): PartialUsage | undefined {
    return this.inner.runningUsage;
  }

  push(event: unknown): AnswerDelta[] {
    return this.inner.push(event).flatMap((delta) => this.see(delta));
  }

  end(): AnswerDelta[] {
    const last = this.inner.end().flatMap((delta) => this.see(delta));
    const isCut = last.some(({ finishReason }) => finishReason === "length");
    if (this.held.length > 0) {
      const text = this.held.splice(0).join("");
      return [{ text: findJson(text)?.json ?? text }, ...last];
    }
    if (this.hasText || isCut || last.some(({ toolCalls }) => toolCalls)) return last;
    const thought = findJson(this.thoughts.join(""));
    return typeof thought?.value === "object" && thought.value !== null ? [{ text: thought.json }, ...last] : last;
  }

  cut(): AnswerDelta[] {
    const rest = this.held.splice(0).join("");
    return [...(rest === "" ? [] : [{ text: rest }]), ...this.inner.cut()];
  }

  private see(delta: AnswerDelta): AnswerDelta[] {
    const { text, ...rest } = delta;
    if (delta.reasoning !== undefined && !this.hasText) this.thoughts.push(delta.reasoning);
    if (text === undefined) return [delta];
    const isHeld = this.held.length > 0 || (!this.hasText && text.trimStart().startsWith("`"));
    this.hasText ||= text.trim() !== "";
    if (!isHeld) return [delta];
    this.held.push(text);
    return Object.keys(rest).length > 0 ? [rest] : [];
  }
}
