import type { AnswerDecoder, AnswerDelta, ToolCallDelta } from "../../answer/delta.js";
import { bareJson, findJson, JsonText } from "../../answer/json_text.js";
import { Pieces } from "../../answer/pieces.js";
import type { ThoughtInText } from "../../answer/think_tags.js";
import { readWrittenCalls, type CallableTool } from "../../answer/written_calls.js";
import type { PartialUsage } from "../../usage/usage.js";
import { readCutCall } from "./forced_call.js";

/**
 * Reads an answer that should be JSON, or a tool call written as JSON, wherever it is: some servers pass over `format`, so
 * that it comes in a fence or amid words, and some models end their thoughts with it and say nothing. Reasoning passes. Of
 * a call the content waits until it is whole; JSON passes as it comes, and any other text waits.
 */
export class DueAnswerDecoder implements AnswerDecoder {
  private readonly text: JsonText;
  private readonly thoughts = new Pieces();
  /** Where a thought ends in the text that waits. */
  private thought: ThoughtInText | undefined;
  private hasText = false;
  private hasCalls = false;

  /** @param tools those of which one must be called; absent where JSON is due */
  constructor(
    private readonly inner: AnswerDecoder,
    private readonly newId: () => string,
    private readonly tools?: readonly CallableTool[],
  ) {
    this.text = new JsonText(tools ? "held" : "blank");
  }

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
    const held = this.rest();
    if (this.hasCalls) return [...held, ...last];
    const isCut = last.some(({ finishReason }) => finishReason === "length");
    if (!this.tools) return [...this.json(held, isCut), ...last];
    const calls = this.calls(held.at(-1)?.text ?? "", this.tools, isCut);
    if (calls.length === 0) return [...held, ...last];
    const toolCalls = calls.map((call, index) => ({ index, id: this.newId(), ...call }));
    return [
      ...held.filter(({ text }) => text === undefined),
      { toolCalls },
      ...last.map((delta) => (delta.finishReason === "stop" ? { ...delta, finishReason: "tool_calls" } : delta)),
    ];
  }

  cut(): AnswerDelta[] {
    return [...this.rest(), ...this.inner.cut()];
  }

  private calls(text: string, tools: readonly CallableTool[], isCut: boolean): Omit<ToolCallDelta, "index">[] {
    const written = readWrittenCalls(text, tools);
    if (written.length > 0) return written;
    if (isCut) return [readCutCall(text, tools) ?? []].flat();
    return this.hasText ? [] : readWrittenCalls(this.thoughts.text, tools);
  }

  private json(held: AnswerDelta[], isCut: boolean): AnswerDelta[] {
    if (this.hasText) return held.map((delta) => (delta.text === undefined ? delta : { text: bareJson(delta.text) }));
    const thought = isCut ? undefined : findJson(this.thoughts.text);
    return typeof thought?.value === "object" && thought.value !== null ? [{ text: thought.json }] : held;
  }

  /** The text that was held back, its thought apart from it. */
  private rest(): AnswerDelta[] {
    const held = this.text.cut(undefined);
    if (held === undefined) return [];
    const [end, answer] = this.thought ?? [0, 0];
    return [...(end === 0 ? [] : [{ reasoning: held.slice(0, end) }]), { text: held.slice(answer) }];
  }

  /** Takes the text out of a delta where it has to wait; what remains can be handed on. */
  private hold(delta: AnswerDelta): AnswerDelta[] {
    if (delta.toolCalls) this.hasCalls = true;
    if (delta.reasoning !== undefined && !this.hasText) this.thoughts.push(delta.reasoning);
    const { text: piece, thoughtInText, ...rest } = delta;
    this.hasText ||= piece !== undefined && piece.trim() !== "";
    const text = piece === undefined ? undefined : this.text.push(piece);
    if (text === piece && !(thoughtInText && this.text.isHeld)) return [delta];
    if (text !== undefined) return [{ ...delta, text }];
    this.thought = thoughtInText ?? this.thought;
    return Object.keys(rest).length > 0 ? [rest] : [];
  }
}
