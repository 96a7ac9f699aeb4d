import type { UsageMetadata } from "@langchain/core/messages";
import type { AnswerDelta, ToolCallDelta } from "../../answer/delta.js";
import { bareJson, JsonText } from "../../answer/json_text.js";
import { ThinkSplitter, type ThinkSplit } from "../../answer/think_tags.js";
import { isObject, nonEmpty, type Json } from "../../base/json.js";
import { readErrorJson, type ErrorBody } from "../../transport/error_body.js";
import type { Dialect } from "./dialect.js";
import type { Extras } from "./extras.js";
import { readFinishReason, toFinishReason } from "./finish_reason.js";
import { readParts } from "./message_parts.js";
import { keepSlices } from "./metadata.js";
import type { ToolCallMerger } from "./tool_call_merger.js";

/** Reads one choice of an answer: piece by piece, or whole. */
export class ChoiceReader {
  /** Why it ended, in the server's words. The last one counts: proxies mark pieces in the middle. */
  finishReason: string | undefined;
  /** True from a finish reason on, unless more of the answer follows it. */
  isOver = false;
  /** True where the server has the field for a finish reason, if only with `null` in it. */
  hasReasons = false;
  hasOutput = false;
  /** It has an answer of its own, though one only was asked for. */
  isOther = false;
  /** The error beside the choice, where the server gave it up. */
  failure: ErrorBody | undefined;
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
    readonly extras: Extras,
    isJson: boolean,
  ) {
    this.think = new ThinkSplitter(dialect.thinkTags);
    if (isJson) this.json = new JsonText();
  }

  /** What a choice on the wire adds to the answer; `undefined` for nothing. */
  read(raw: Json, isWhole: boolean): AnswerDelta | undefined {
    if (this.index === 0 && this.dialect.keepOfChoice) keepSlices(raw, this.dialect.keepOfChoice, this.metadata);
    const reason = this.readReason(raw.finish_reason);
    if (reason !== undefined && isObject(raw.error)) this.failure = readErrorJson(raw);
    const message = messageOf(raw, isWhole);
    const delta = this.newDelta();
    const hasText = this.addText(delta, raw, message, isWhole);
    const hasCalls = this.addCalls(delta, message, isWhole);
    this.extras.add(message);
    if (hasText || hasCalls || this.extras.hasMedia) this.hasOutput = true;
    if (isObject(raw.logprobs)) delta.logprobs = raw.logprobs;
    const isEmpty =
      delta.text === undefined && delta.reasoning === undefined && !hasCalls && delta.logprobs === undefined;
    if (reason !== undefined) this.isOver = true;
    else if (hasText || hasCalls) this.isOver = false;
    return isEmpty ? undefined : delta;
  }

  /** The end of the choice: what was held back, and why it ended. */
  close(): AnswerDelta {
    const delta = this.newDelta();
    this.sayLast(delta, this.think.end());
    if (delta.reasoning ?? delta.thoughtInText) this.cameIn(this.think.tag);
    // An answer that nobody asked for has none of what the one that was asked for has.
    const extra = this.isOther ? undefined : this.extras.take();
    if (extra) delta.extra = extra;
    delta.finishReason = toFinishReason(this.finishReason ?? "stop", this.tools.count > 0);
    // The server's own word, where it is another.
    if (this.index === 0 && this.finishReason !== undefined && this.finishReason !== delta.finishReason)
      this.metadata.finish_reason_raw = this.finishReason;
    const warnings = this.index === 0 ? this.tools.complaints(delta.finishReason) : [];
    if (warnings.length > 0) this.metadata.warnings = warnings;
    return delta;
  }

  /** What was held back of a choice that breaks off; `undefined` for nothing. */
  cut(): AnswerDelta | undefined {
    const extra = this.extras.take();
    const split = this.think.cut();
    const text = this.json?.cut(split.text);
    if (text !== undefined) split.text = text;
    const rest = { ...split, ...(extra ? { extra } : {}) };
    return Object.keys(rest).length === 0 ? undefined : { ...this.newDelta(), ...rest };
  }

  private readReason(raw: unknown): string | undefined {
    if (raw === undefined) return undefined;
    this.hasReasons = true;
    const reason = raw === null ? undefined : readFinishReason(raw);
    this.finishReason = reason ?? this.finishReason;
    return reason;
  }

  private newDelta(): AnswerDelta {
    return this.index === 0 ? {} : { choice: this.index };
  }

  private addText(delta: AnswerDelta, raw: Json, message: Json, isWhole: boolean): boolean {
    const parts = readParts(message);
    if (parts.others) this.extras.addParts(parts.others);
    // Completions without a chat have the text beside the message.
    const said = parts.text ?? nonEmpty(raw.text);
    if (said !== undefined) {
      const split = isWhole ? this.think.pushLast(said) : this.think.push(said);
      const { reasoning } = split;
      if (isWhole) this.sayLast(delta, split);
      else if (split.text !== undefined) this.say(delta, split.text);
      if (reasoning !== undefined) delta.reasoning = reasoning;
      if (reasoning !== undefined) delta.reasoning = reasoning;
    }
    if (parts.reasoning !== undefined) this.cameIn(parts.reasoningField);
    else if (delta.reasoning !== undefined || delta.thoughtInText !== undefined) this.cameIn(this.think.tag);
    if (parts.reasoning === undefined) return said !== undefined;
    delta.reasoning = parts.reasoning + (delta.reasoning ?? "");
    return true;
  }

  private say(delta: AnswerDelta, said: string): void {
    const text = this.json ? this.json.push(said) : said;
    if (text !== undefined) delta.text = text;
  }

  /** The last of the text. What was held back as it should be JSON leaves bare, and a thought in it as one. */
  private sayLast(delta: AnswerDelta, { text: said, thoughtInText: thought }: ThinkSplit): void {
    const text = this.json ? this.json.cut(said) : said;
    if (this.json?.isHeld === true) {
      if (text === undefined) return;
      if (thought) delta.reasoning = text.slice(0, thought[0]);
      delta.text = bareJson(thought ? text.slice(thought[1]).trim() : text);
      return;
    }
    if (text !== undefined) delta.text = text;
    if (thought) delta.thoughtInText = thought;
  }

  /** Notes where reasoning came first, a field or a tag, so that it goes back as it came. */
  private cameIn(place: string | undefined): void {
    if (this.index === 0) this.metadata.reasoning_field ??= place;
  }

  private addCalls(delta: AnswerDelta, message: Json, isWhole: boolean): boolean {
    const raws = callsOf(message);
    if (raws === undefined) return false;
    const calls: ToolCallDelta[] = [];
    for (const each of raws) {
      const raw = this.index > 0 && isObject(each) ? { ...each, index: indexIn(this.index, each) } : each;
      const call = isWhole ? this.tools.addWhole(raw) : this.tools.add(raw);
      if (isObject(raw)) this.extras.addCall(raw, call?.id, call?.index ?? this.tools.count - 1);
      if (call) calls.push(call);
    }
    if (calls.length > 0) delta.toolCalls = calls;
    return calls.length > 0;
  }
}

/** Calls of several choices may be those of one answer: their indexes are told apart. */
function indexIn(choice: number, { index }: Json): number {
  return choice * CALLS_IN_A_CHOICE + (typeof index === "number" ? index : 0);
}

/** More than any answer has. */
const CALLS_IN_A_CHOICE = 1_000_000;

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
