/**
 * Watch: looks at an answer as it passes and tells whether the server did what it was asked to. It takes out what nobody
 * asked for, holds the end back until the answer has been checked, and notes what a repair or a warning needs. A server
 * that answers with success and yet wrongly gets a note here, and its sentence in `warnings.ts`.
 */
import type { AnswerDelta, ToolCallDelta } from "../../../answer/delta.js";
import { Pieces } from "../../../answer/pieces.js";
import type { Json } from "../../../base/json.js";
import { hasMarkup } from "../../../answer/tool_markup.js";

/** What a request asked for that servers ignore without a word. */
export interface Expectations {
  /** The tool that must be called, where one is named. */
  onlyTool?: string;
  /** One call at most. */
  oneCall: boolean;
  /** The text will be looked at as a whole. */
  keepsText: boolean;
  /** The most output tokens that were asked for. */
  outputLimit?: number;
}

/** The expectations that a request's fields raise. */
export function expectationsOf(params: Json, more: Pick<Expectations, "onlyTool" | "keepsText">): Expectations {
  const limit = params.max_tokens ?? params.max_completion_tokens;
  return {
    ...more,
    oneCall: params.parallel_tool_calls === false,
    ...(typeof limit === "number" ? { outputLimit: limit } : {}),
  };
}

/** What is known of one answer, growing as it passes. */
export class AnswerWatch {
  hasText = false;
  hasReasoning = false;
  hasCalls = false;
  /** Images, sound and other parts that are no text. */
  hasMedia = false;
  /** True when there were further answers, which nobody asked for. */
  hasOthers = false;
  /** llama.cpp, the only server that sends timings. */
  isLlamaCpp = false;
  /** As the server said it. */
  finishReason: string | undefined;
  /** The tool that was called where another one had to be. */
  calledInstead: string | undefined;
  /** The facts that came with a stream; they wait until it has been checked. */
  readonly metadata: Json = {};
  /** The server's count of what it generated. */
  private outputTokens = 0;
  /** True when nothing has come yet of the arguments of the last call. */
  private lacksArguments = false;
  private readonly texts = new Pieces();
  private readonly dropped = new Set<number>();

  constructor(private readonly expected: Expectations) {}

  /** The text so far, where it is kept. */
  get text(): string {
    return this.texts.text;
  }

  /** True when the text, where it is kept, has a tool call in it that the server did not read. */
  get hasMarkup(): boolean {
    return hasMarkup(this.text);
  }

  /** No tool was called. A call that was cut off in the middle is no refusal to call. */
  get hasNoCall(): boolean {
    return !this.hasCalls && !(this.hasMarkup && this.finishReason === "length");
  }

  /** Why the answer ended. vLLM 0.11 says `tool_calls` also where the output limit cut a call off: one without arguments would look whole. */
  get endReason(): string | undefined {
    const { outputLimit } = this.expected;
    const isHiddenCut = this.lacksArguments && outputLimit !== undefined && this.outputTokens >= outputLimit;
    return isHiddenCut ? "length" : this.finishReason;
  }

  /** Looks at deltas of a stream, and returns those that can be handed on at once: not the end, and no second answer. */
  pass(deltas: readonly AnswerDelta[]): AnswerDelta[] {
    const passed: AnswerDelta[] = [];
    for (const delta of deltas) {
      // Nobody asked for a second answer, and its text would be mixed into the first.
      if (delta.choice !== undefined && delta.choice > 0) {
        this.hasOthers = true;
        continue;
      }
      const seen = this.see(delta);
      if (seen.finishReason === undefined && seen.metadata === undefined) {
        passed.push(seen);
        continue;
      }
      const { finishReason: _, metadata, ...rest } = seen;
      if (Object.keys(rest).length > 0) passed.push(rest);
      Object.assign(this.metadata, metadata);
    }
    return passed;
  }

  /** Looks at an answer that came whole, and returns it without what was not asked for. */
  see(delta: AnswerDelta): AnswerDelta {
    if (delta.text !== undefined) {
      this.hasText ||= delta.text.trim() !== "";
      if (this.expected.keepsText) this.texts.push(delta.text);
    }
    if (delta.reasoning !== undefined) this.hasReasoning = true;
    const { images, audio, parts } = delta.extra ?? {};
    if (images ?? audio ?? parts) this.hasMedia = true;
    if (delta.metadata?.timings !== undefined) this.isLlamaCpp = true;
    this.finishReason ??= delta.finishReason;
    this.outputTokens = delta.usage?.output_tokens ?? this.outputTokens;
    if (delta.toolCalls === undefined) return delta;
    const { toolCalls, ...rest } = delta;
    const kept = toolCalls.filter((call) => this.keeps(call));
    if (kept.length > 0) this.hasCalls = true;
    for (const { id, args } of kept)
      this.lacksArguments = (id !== undefined || this.lacksArguments) && (args ?? "").trim() === "";
    return kept.length > 0 ? { ...rest, toolCalls: kept } : rest;
  }

  private keeps({ index, name }: ToolCallDelta): boolean {
    const { onlyTool, oneCall } = this.expected;
    const isOther = onlyTool !== undefined && name !== undefined && name !== onlyTool;
    if (isOther) this.calledInstead ??= name;
    if (isOther || (oneCall && index > 0)) this.dropped.add(index);
    return !this.dropped.has(index);
  }
}
