import type { AnswerDecoder, AnswerDelta, ToolCallDelta } from "../../answer/delta.js";
import { findJson } from "../../answer/json_text.js";
import { readWrittenCalls, type CallableTool } from "../../answer/written_calls.js";
import type { PartialUsage } from "../../usage/usage.js";
import { readCutCall } from "./forced_call.js";

/**
 * Reads an answer that should be JSON, or a tool call written as JSON, wherever it is: some servers pass over `format`, so
 * that it comes in a fence, and some models end their thoughts with it and say nothing. Reasoning passes. Of a call the
 * content waits until it is whole; JSON passes as it comes, but for a text that begins with a fence.
 */
export class DueAnswerDecoder implements AnswerDecoder {
  private readonly held: string[] = [];
  private readonly thoughts: string[] = [];
  private hasText = false;
  private hasCalls = false;

  /** @param tools those of which one must be called; absent where JSON is due */
  constructor(
    private readonly inner: AnswerDecoder,
    private readonly newId: () => string,
    private readonly tools?: readonly CallableTool[],
  ) {}

  get finished(): boolean {
    return this.inner.finished;
  }

  get isAnswered(): boolean {
    return this.inner.isAnswered;
  }

  get runningUsage(): PartialUsage | undefined {
    return this.inner.runningUsage;
  }

  push(event: unknown): AnswerDelta[] {
    return this.inner.push(event).flatMap((delta) => this.hold(delta));
  }

  end(): AnswerDelta[] {
    const last = this.inner.end().flatMap((delta) => this.hold(delta));
    if (this.hasCalls) return [...this.rest(), ...last];
    const isCut = last.some(({ finishReason }) => finishReason === "length");
    if (!this.tools) return [...this.json(isCut), ...last];
    const calls = this.calls(this.tools, isCut);
    if (calls.length === 0) return [...this.rest(), ...last];
    const toolCalls = calls.map((call, index) => ({ index, id: this.newId(), ...call }));
    return [
      { toolCalls },
      ...last.map((delta) => (delta.finishReason === "stop" ? { ...delta, finishReason: "tool_calls" } : delta)),
    ];
  }

  cut(): AnswerDelta[] {
    return [...this.rest(), ...this.inner.cut()];
  }

  private calls(tools: readonly CallableTool[], isCut: boolean): Omit<ToolCallDelta, "index">[] {
    const text = this.held.join("");
    const written = readWrittenCalls(text, tools);
    if (written.length > 0) return written;
    if (isCut) return [readCutCall(text, tools) ?? []].flat();
    return this.hasText ? [] : readWrittenCalls(this.thoughts.join(""), tools);
  }

  private json(isCut: boolean): AnswerDelta[] {
    if (this.held.length > 0) {
      const text = this.held.join("");
      return [{ text: findJson(text)?.json ?? text }];
    }
    const thought = this.hasText || isCut ? undefined : findJson(this.thoughts.join(""));
    return typeof thought?.value === "object" && thought.value !== null ? [{ text: thought.json }] : [];
  }

  /** The text that was held back, as it came. */
  private rest(): AnswerDelta[] {
    const text = this.held.splice(0).join("");
    return text === "" ? [] : [{ text }];
  }

  /** Takes the text out of a delta where it has to wait; what remains can be handed on. */
  private hold(delta: AnswerDelta): AnswerDelta[] {
    if (delta.toolCalls) this.hasCalls = true;
    if (delta.reasoning !== undefined && !this.hasText) this.thoughts.push(delta.reasoning);
    if (delta.text === undefined) return [delta];
    // Where a thought stands in the text is of no use once the text is another.
    const { text, thoughtInText: _, ...rest } = delta;
    const isFence = this.held.length > 0 || (!this.hasText && text.trimStart().startsWith("`"));
    this.hasText ||= text.trim() !== "";
    if (!this.tools && !isFence) return [delta];
    this.held.push(text);
    return Object.keys(rest).length > 0 ? [rest] : [];
  }
}
