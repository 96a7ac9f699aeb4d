import type { AnswerDelta, ToolCallDelta } from "../../answer/delta.js";
import { MarkupScanner } from "../../wires/openai/tool_markup.js";

/** What a request asked for that servers ignore without a word. */
export interface Expectations {
  /** The tool that must be called, where one is named. */
  onlyTool?: string;
  /** One call at most. */
  oneCall: boolean;
  /** The request or its history has tools, so that a raw call in the text is a call that was missed. */
  mayCallTools: boolean;
  /** The text will be looked at as a whole. */
  keepsText: boolean;
}

/** Looks at an answer as it passes: takes out what was not asked for, and remembers what the checks at its end need. */
export class AnswerWatch {
  hasText = false;
  hasReasoning = false;
  hasCalls = false;
  /** True when there were further answers, which nobody asked for. */
  hasOthers = false;
  finishReason: string | undefined;
  /** The server's count of what it generated. */
  outputTokens: number | undefined;
  /** True when nothing has come yet of the arguments of the last call. */
  lacksArguments = false;
  /** The tool that was called where another one had to be. */
  calledInstead: string | undefined;
  /** Deltas that end the answer; they wait until it has been checked. */
  readonly held: AnswerDelta[] = [];
  private readonly texts: string[] = [];
  private readonly scanner = new MarkupScanner();
  private readonly dropped = new Set<number>();

  constructor(private readonly expected: Expectations) {}

  /** The text so far, where it is kept. */
  get text(): string {
    return this.texts.join("");
  }

  /** True when the text has a tool call in it that the server did not read. */
  get hasMarkup(): boolean {
    return this.scanner.found;
  }

  /** What of a group of deltas can be handed on at once. */
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
      const { finishReason, metadata, ...rest } = seen;
      if (Object.keys(rest).length > 0) passed.push(rest);
      this.held.push({
        ...(finishReason === undefined ? {} : { finishReason }),
        ...(metadata === undefined ? {} : { metadata }),
      });
    }
    return passed;
  }

  /** An answer that came whole, without what was not asked for. */
  see(delta: AnswerDelta): AnswerDelta {
    if (delta.text !== undefined) {
      this.hasText ||= delta.text.trim() !== "";
      if (this.expected.mayCallTools) this.scanner.see(delta.text);
      if (this.expected.keepsText) this.texts.push(delta.text);
    }
    if (delta.reasoning !== undefined) this.hasReasoning = true;
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
