import type { UsageMetadata } from "@langchain/core/messages";
import type { AnswerDelta, ToolCallDelta } from "../../answer/delta.js";
import { JsonText } from "../../answer/json_text.js";
import { ThinkSplitter } from "../../answer/think_tags.js";
import { isObject, nonEmpty, type Json } from "../../base/json.js";
import type { Dialect } from "./dialect.js";
import { toFinishReason } from "./finish_reason.js";
import { readParts } from "./message_parts.js";
import { keepSlices } from "./metadata.js";
import type { ToolCallMerger } from "./tool_call_merger.js";

/** Reads one choice of an answer: piece by piece, or whole. */
export class ChoiceReader {
  /** Why it ended, in the server's words. */
  finishReason: string | undefined;
  hasOutput = false;
  /** The figure that came last beside this choice alone. */
  usage: UsageMetadata | undefined;
  private readonly think: ThinkSplitter;
  private readonly json: JsonText | undefined;

  /**
   * @param metadata the facts of the whole answer, to which a choice adds
   * @param isJson whether JSON was asked for
   */
  constructor(
    private readonly index: number,
    private readonly dialect: Dialect,
    private readonly tools: ToolCallMerger,
    private readonly metadata: Record<string, unknown>,
    isJson: boolean,
  ) {
    this.think = new ThinkSplitter(dialect.thinkTags);
    if (isJson) this.json = new JsonText();
  }

  /** What a choice on the wire adds to the answer; `undefined` for nothing. */
  read(raw: Json, isWhole: boolean): AnswerDelta | undefined {
    if (this.index === 0 && this.dialect.keepOfChoice) keepSlices(raw, this.dialect.keepOfChoice, this.metadata);
    this.finishReason ??= nonEmpty(raw.finish_reason);
    const message = messageOf(raw, isWhole);
    const delta = this.newDelta();
    const hasText = this.addText(delta, raw, message, isWhole);
    const hasCalls = this.addCalls(delta, message, isWhole);
    if (hasText || hasCalls) this.hasOutput = true;
    const hasExtras = addExtras(delta, raw, message);
    const isEmpty = delta.text === undefined && delta.reasoning === undefined && !hasCalls && !hasExtras;
    return isEmpty ? undefined : delta;
  }

  /** The end of the choice: what was held back, and why it ended. */
  close(): AnswerDelta {
    const rest = this.think.end().text;
    const text = this.json ? this.json.end(rest) : rest;
    const delta = this.newDelta();
    if (text !== undefined) delta.text = text;
    delta.finishReason = toFinishReason(this.finishReason ?? "stop", this.tools.count > 0);
    // The server's own word, where it is another.
    if (this.index === 0 && this.finishReason !== undefined && this.finishReason !== delta.finishReason)
      this.metadata.finish_reason_raw = this.finishReason;
    return delta;
  }

  /** What was held back of a choice that breaks off; `undefined` for nothing. */
  cut(): AnswerDelta | undefined {
    const split = this.think.cut();
    const text = this.json?.cut(split.text);
    if (text !== undefined) split.text = text;
    return Object.keys(split).length === 0 ? undefined : { ...this.newDelta(), ...split };
  }

  private newDelta(): AnswerDelta {
    return this.index === 0 ? {} : { choice: this.index };
  }

  private addText(delta: AnswerDelta, raw: Json, message: Json, isWhole: boolean): boolean {
    const parts = readParts(message);
    // Completions without a chat have the text beside the message.
    const said = parts.text ?? nonEmpty(raw.text);
    if (said !== undefined) {
      const { text, reasoning } = isWhole ? this.think.pushLast(said) : this.think.push(said);
      if (text !== undefined) this.say(delta, text, isWhole);
      if (reasoning !== undefined) delta.reasoning = reasoning;
    }
    if (parts.reasoning === undefined) return said !== undefined;
    this.metadata.reasoning_field ??= parts.reasoningField;
    delta.reasoning = parts.reasoning + (delta.reasoning ?? "");
    return true;
  }

  private say(delta: AnswerDelta, said: string, isWhole: boolean): void {
    const text = !this.json ? said : isWhole ? this.json.end(said) : this.json.push(said);
    if (text !== undefined) delta.text = text;
  }

  private addCalls(delta: AnswerDelta, message: Json, isWhole: boolean): boolean {
    const raws = callsOf(message);
    if (raws === undefined) return false;
    const calls: ToolCallDelta[] = [];
    for (const raw of raws) {
      const call = isWhole ? this.tools.addWhole(raw) : this.tools.add(raw);
      if (call) calls.push(call);
    }
    if (calls.length > 0) delta.toolCalls = calls;
    return calls.length > 0;
  }
}

/** Some servers stream under the name that whole answers have, and the reverse. */
function messageOf({ message, delta }: Json, isWhole: boolean): Json {
  const usual = isWhole ? message : delta;
  if (isObject(usual)) return usual;
  const other = isWhole ? delta : message;
  return isObject(other) ? other : {};
}

/** The calls of a message or a delta, the one of the API's older form among them. */
function callsOf({ tool_calls: calls, function_call: call }: Json): unknown[] | undefined {
  if (Array.isArray(calls)) return calls.length > 0 ? calls : undefined;
  return isObject(call) ? [call] : undefined;
}

/** Adds what is handed on as it came. */
function addExtras(delta: AnswerDelta, { logprobs }: Json, message: Json): boolean {
  if (isObject(logprobs)) delta.logprobs = logprobs;
  const refusal = nonEmpty(message.refusal);
  if (refusal !== undefined) delta.extra = { refusal };
  return delta.logprobs !== undefined || refusal !== undefined;
}
