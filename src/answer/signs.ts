import { nonEmpty } from "../base/json.js";
import type { AnswerDelta } from "./delta.js";
import { hasMarkup } from "./tool_markup.js";
import { writtenTool } from "./written_calls.js";

/** What a call was told of tools. */
export interface OfferedTools {
  /** The names of the tools that were offered. */
  readonly names: readonly string[];
  /** Tools were offered, or the history has calls, so that a raw call in the text is a call that was missed. */
  readonly mayBeCalled: boolean;
}

/**
 * Looks at an answer that the server called a success for signs that it is less than it seems: thoughts and no answer, a
 * call that was announced and did not come, one that stands in the text. What it finds goes into
 * `response_metadata.warnings`, after what the provider has to say.
 */
export class AnswerSigns {
  private readonly said: string[] = [];
  private hasText = false;
  private hasReasoning = false;
  private hasCalls = false;
  private finishReason: string | undefined;
  private rawReason: string | undefined;

  constructor(private readonly tools: OfferedTools) {}

  /** Looks at a delta, and returns it without its warnings: they come once, with the end. */
  take(delta: AnswerDelta): AnswerDelta {
    if (delta.text !== undefined) this.hasText ||= delta.text.trim() !== "";
    if (delta.reasoning !== undefined) this.hasReasoning = true;
    if (delta.toolCalls) this.hasCalls = true;
    this.finishReason = delta.finishReason ?? this.finishReason;
    const { metadata } = delta;
    if (metadata === undefined) return delta;
    this.rawReason = nonEmpty(metadata.finish_reason_raw) ?? this.rawReason;
    const { warnings, ...rest } = metadata;
    if (!Array.isArray(warnings)) return delta;
    this.said.push(...warnings.map(String));
    return { ...delta, metadata: rest };
  }

  /** All warnings. @param text the whole text of the answer, where it has to be looked at */
  warnings(text: () => string): string[] {
    const isAnnounced = !this.hasCalls && isCallReason(this.rawReason ?? this.finishReason);
    const found = [isAnnounced ? NO_CALL : undefined, this.missedCall(text), this.missingAnswer()];
    return [...this.said, ...found.filter((warning) => warning !== undefined)];
  }

  private missedCall(text: () => string): string | undefined {
    if (this.hasCalls || !this.hasText || !this.tools.mayBeCalled) return undefined;
    const whole = text();
    if (hasMarkup(whole)) return RAW_CALL;
    const name = writtenTool(whole, this.tools.names);
    return name === undefined ? undefined : WRITTEN_CALL(name);
  }

  /** The provider may have said it already, and knows better why. */
  private missingAnswer(): string | undefined {
    if (this.hasText || this.hasCalls || !this.hasReasoning || this.said.some((warning) => THOUGHT.test(warning)))
      return undefined;
    return this.finishReason === "length" ? ONLY_THOUGHT_TO_THE_LIMIT : ONLY_THOUGHT;
  }
}

const THOUGHT = /thought|thinking|reasoning/i;
const NO_CALL = "The server announced a tool call and sent none.";
const RAW_CALL =
  "The text has a raw tool call in it, which the server did not read: its tool parser may not fit the model, or the call was cut off.";
const WRITTEN_CALL = (name: string) =>
  `The text is a call of \`${name}\`, written out: the model or the server's tool parser does not make calls of it.`;
const ONLY_THOUGHT_TO_THE_LIMIT = "All output tokens went into reasoning. Raise `maxTokens`, or turn thinking off.";
const ONLY_THOUGHT = "The model thought and gave no answer. Ask again, or turn thinking off.";

const isCallReason = (reason: string | undefined) => reason === "tool_calls" || reason === "function_call";
