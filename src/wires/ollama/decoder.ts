import type { AnswerDecoder, AnswerDelta } from "../../answer/delta.js";
import { complaintsOf } from "../../answer/tool_calls.js";
import { ThinkSplitter } from "../../answer/think_tags.js";
import { itemsOf, nonEmpty, type Json } from "../../base/json.js";
import type { ErrorContext } from "../../transport/server_error.js";
import { usageFromOllama } from "../../usage/from_ollama.js";
import type { PartialUsage } from "../../usage/usage.js";
import { CalledTools } from "./called_tools.js";
import { checkLine, isIdle, isLast, nothingGenerated, readLine, truncated } from "./answer_line.js";
import { readMetadata, type SeenAnswer, type SentRequest } from "./metadata.js";

/** Turns the lines of an answer into deltas. An answer that came whole is a stream of one line. */
export class OllamaDecoder implements AnswerDecoder {
  finished = false;
  private readonly seen: SeenAnswer = { text: false, thinking: false, tags: false, toolCalls: 0 };
  private readonly called: CalledTools;
  /** Ollama splits thinking off itself, but for models whose template does not say that they think. */
  private readonly think: ThinkSplitter;
  /** The server says that it loaded the model, or unloaded it: an answer may follow. */
  private idle: Json | undefined;
  /** The line that ends the answer, which may not have been read yet. Ollama counts there, and only there. */
  private counts: Json | undefined;
  private last: { line: Json; delta: AnswerDelta } | undefined;

  constructor(
    private readonly sent: SentRequest,
    private readonly context: ErrorContext,
    newId: () => string,
  ) {
    this.called = new CalledTools(newId, new Set(sent.tools));
    this.think = new ThinkSplitter(sent.thinkTags ?? "auto");
  }

  push(event: unknown): AnswerDelta[] {
    if (this.finished) return [];
    const line = checkLine(event, this.context);
    if (!this.hasBegun && isIdle(line)) {
      this.idle = line;
      return [];
    }
    this.finished = isLast(line);
    if (this.finished) this.counts = line;
    const delta = readLine(line, this.called);
    this.splitText(delta, this.finished);
    this.seen.text ||= delta.text !== undefined;
    this.seen.thinking ||= delta.reasoning !== undefined;
    this.seen.toolCalls = this.called.calls.length;
    if (!this.finished) return isEmpty(delta) ? [] : [delta];
    this.last = { line, delta };
    return [];
  }

  end(): AnswerDelta[] {
    if (!this.last)
      throw this.idle && !this.hasBegun ? nothingGenerated(this.idle, this.context) : truncated(this.context);
    const { line, delta } = this.last;
    const { metadata, cutCall, isMiscounted } = readMetadata(line, this.sent, this.seen);
    const { text, thinking, toolCalls } = this.seen;
    const { usage, partial } = isMiscounted ? {} : usageFromOllama(line, text || thinking || toolCalls > 0);
    delta.finishReason = this.finishReason(line);
    const warnings = [...itemsOf(metadata.warnings), ...complaintsOf(this.called.calls, delta.finishReason)];
    if (warnings.length > 0) metadata.warnings = warnings;
    delta.metadata = this.seen.tags ? { ...metadata, reasoning_field: this.think.tag } : metadata;
    if (cutCall) delta.toolCalls = [cutCall];
    if (usage) delta.usage = usage;
    if (partial) delta.partialUsage = partial;
    return [delta];
  }

  get runningUsage(): PartialUsage | undefined {
    const { usage, partial } = this.counts ? usageFromOllama(this.counts, true) : {};
    const found = usage ?? partial;
    // A model that thinks before JSON may have been asked twice, and counted once.
    return found && this.sent.hasFormat && this.seen.thinking ? { input_tokens: found.input_tokens } : found;
  }

  get isAnswered(): boolean {
    return this.finished;
  }

  private get hasBegun(): boolean {
    const { text, thinking, toolCalls } = this.seen;
    return text || thinking || toolCalls > 0;
  }

  cut(): AnswerDelta[] {
    const split = this.think.cut();
    return Object.keys(split).length === 0 ? [] : [split];
  }

  private splitText(delta: AnswerDelta, isLast: boolean): void {
    const { text: said = "" } = delta;
    if (said === "" && !isLast) return;
    const { text, reasoning, thoughtInText } = isLast ? this.think.pushLast(said) : this.think.push(said);
    if (text === undefined || text === "") delete delta.text;
    else delta.text = text;
    if (reasoning !== undefined) delta.reasoning = (delta.reasoning ?? "") + reasoning;
    if (thoughtInText !== undefined) delta.thoughtInText = thoughtInText;
    if (reasoning !== undefined || thoughtInText !== undefined) this.seen.tags = true;
  }

  /** Ollama ends an answer that calls tools with "stop" like any other. */
  private finishReason(line: Json): string {
    const reason = nonEmpty(line.done_reason) ?? "stop";
    return reason === "stop" && this.seen.toolCalls > 0 ? "tool_calls" : reason;
  }
}

function isEmpty(delta: AnswerDelta): boolean {
  return delta.text === undefined && delta.reasoning === undefined && !delta.toolCalls && !delta.logprobs;
}
