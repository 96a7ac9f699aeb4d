import { AIMessage, type UsageMetadata } from "@langchain/core/messages";
import type { AnswerDecoder, AnswerDelta } from "../../answer/delta.js";
import { ThinkSplitter } from "../../answer/think_tags.js";
import { ServerError, StreamTruncatedError } from "../../base/errors.js";
import { isErrorJson, readErrorJson } from "../../transport/error_body.js";
import { errorInBody, type ErrorContext } from "../../transport/server_error.js";
import { DONE, Malformed } from "../../transport/sse.js";
import { credibleUsage, type WireUsage } from "../../usage/credible.js";
import { usageFromOpenAI } from "../../usage/from_openai.js";
import { usageOfChoices, type PartialUsage } from "../../usage/usage.js";
import { addClosing, addExtras, callsOf, readFinish } from "./choice.js";
import type { Dialect } from "./dialect.js";
import { checkFinishReasons } from "./finish_reason.js";
import { readParts } from "./message_parts.js";
import { keepSlices, readMetadata } from "./metadata.js";
import type { ToolCallMerger } from "./tool_call_merger.js";
import { isObject, nonEmpty, type Json } from "../../base/json.js";

/** What is remembered of one choice between its chunks. */
interface Choice {
  think: ThinkSplitter;
  tools: ToolCallMerger;
  finishReason?: string;
  hasOutput: boolean;
  /** The figure that came last beside this choice alone. */
  usage?: UsageMetadata;
}

/** Turns the chunks of an OpenAI-compatible stream into deltas. The servers' oddities end here. */
export class OpenAIDecoder implements AnswerDecoder {
  finished = false;
  private usage: WireUsage | undefined;
  /** Figures that came beside no choice. */
  private readonly closing: UsageMetadata[] = [];
  private readonly choices = new Map<number, Choice>();
  private readonly metadata: Record<string, unknown>;

  constructor(
    private readonly dialect: Dialect,
    private readonly context: ErrorContext,
    private readonly newMerger: () => ToolCallMerger,
    headers: Headers,
  ) {
    this.metadata = { ...dialect.readHeaders?.(headers) };
  }

  get runningUsage(): PartialUsage | undefined {
    // vLLM's running figures are each choice's own, and only the last one is of all.
    const each = [...this.choices.values()].flatMap(({ usage }) => usage ?? []);
    const isOfEach = each.length > 1 && this.closing.length === 0;
    const { usage, partial } = credibleUsage(isOfEach ? { usage: usageOfChoices(each) } : this.usage, true) ?? {};
    return usage ?? partial;
  }

  push(event: unknown): AnswerDelta[] {
    // Or the answer would depend on how the network cuts what is sent.
    if (this.finished) return [];
    if (event === DONE) {
      this.finished = true;
      return [];
    }
    if (event instanceof Malformed || !isObject(event)) throw this.malformed(event);
    if (isErrorJson(event)) throw errorInBody(readErrorJson(event), JSON.stringify(event), this.context);
    // A later figure replaces an earlier one: running totals are common, and adding them up bills a call many times.
    // Zeros take nothing back.
    const found = usageFromOpenAI(event);
    if (!this.usage?.usage || (found?.usage?.total_tokens ?? 0) > 0) this.usage = found ?? this.usage;
    readMetadata(event, this.dialect.keep, this.metadata);
    if (found?.usage && !hasChoices(event)) this.closing.push(found.usage);
    if (!Array.isArray(event.choices)) return [];
    const deltas: AnswerDelta[] = [];
    const ofOne = event.choices.length === 1 ? found?.usage : undefined;
    for (const choice of event.choices) if (isObject(choice)) this.choice(choice, deltas, ofOne);
    return deltas;
  }

  end(): AnswerDelta[] {
    const first = this.choices.get(0) ?? [...this.choices.values()][0];
    if (!first) throw truncated(`${this.context.server} ended the stream without an answer`, this.context);
    const isMarked = first.finishReason !== undefined || this.finished || this.dialect.hasUnmarkedEnd === true;
    if (!isMarked) throw truncated(`${this.context.server} ended the stream before it was finished`, this.context);
    const choices = [...this.choices.values()];
    const hasOutput = choices.some((choice) => choice.hasOutput);
    // llama.cpp has a figure for each choice where others have one for all.
    const isOfEach = choices.length > 1 && this.closing.length === choices.length;
    const found = isOfEach ? { usage: usageOfChoices(this.closing) } : this.usage;
    const { usage, partial } = credibleUsage(found, hasOutput) ?? {};
    const reasons = choices.map(({ finishReason }) => finishReason);
    checkFinishReasons(reasons, this.context, () => usage && new AIMessage({ content: "", usage_metadata: usage }));
    const deltas = [...this.choices].map(([index, choice]) => this.close(index, choice));
    if (deltas[0]) addClosing(deltas[0], { usage, partial }, this.metadata, this.dialect);
    return deltas;
  }

  cut(): AnswerDelta[] {
    return [...this.choices].flatMap(([index, { think }]) => {
      const split = think.cut();
      return Object.keys(split).length === 0 ? [] : [{ ...(index === 0 ? {} : { choice: index }), ...split }];
    });
  }

  private choice(raw: Json, deltas: AnswerDelta[], usage: UsageMetadata | undefined): void {
    const index = typeof raw.index === "number" ? raw.index : 0;
    const choice = this.choiceAt(index);
    choice.usage = usage ?? choice.usage;
    if (index === 0) keepSlices(raw, this.dialect.keepOfChoice, this.metadata);
    const message = isObject(raw.delta) ? raw.delta : isObject(raw.message) ? raw.message : {};
    const delta: AnswerDelta = index === 0 ? {} : { choice: index };
    const parts = readParts(message);
    const text = parts.text ?? (typeof raw.text === "string" && raw.text !== "" ? raw.text : undefined);
    if (text !== undefined) Object.assign(delta, choice.think.push(text));
    if (parts.reasoning !== undefined) {
      delta.reasoning = (delta.reasoning ?? "") + parts.reasoning;
      this.metadata.reasoning_field ??= parts.reasoningField;
    }
    const calls = callsOf(message).flatMap((call) => choice.tools.add(call) ?? []);
    if (calls.length > 0) delta.toolCalls = calls;
    addExtras(delta, raw, message);
    choice.finishReason ??= nonEmpty(raw.finish_reason);
    if (text !== undefined || delta.reasoning !== undefined || delta.toolCalls) choice.hasOutput = true;
    if (Object.keys(delta).length > (index === 0 ? 0 : 1)) deltas.push(delta);
  }

  private close(index: number, { finishReason: said, tools, think }: Choice): AnswerDelta {
    const finishReason = readFinish(said, tools.count > 0, index === 0 ? this.metadata : undefined);
    return { ...(index === 0 ? {} : { choice: index }), ...think.end(), finishReason };
  }

  private choiceAt(index: number): Choice {
    let choice = this.choices.get(index);
    if (!choice) {
      choice = {
        think: new ThinkSplitter(this.dialect.thinkTags),
        tools: this.newMerger(),
        hasOutput: false,
      };
      this.choices.set(index, choice);
    }
    return choice;
  }

  private malformed(event: unknown): ServerError {
    const text = (event instanceof Malformed ? event.text : JSON.stringify(event)).trim();
    return new ServerError(`${this.context.server} sent an event that is no JSON object: \`${text.slice(0, 200)}\`.`, {
      status: 200,
      model: this.context.model,
      body: text.slice(0, 500),
      retryable: true,
    });
  }
}

function hasChoices({ choices }: Json): boolean {
  return Array.isArray(choices) && choices.length > 0;
}

function truncated(message: string, context: ErrorContext): StreamTruncatedError {
  const hint = "What came is in `partialOutput`. The server may have crashed or run out of memory; its log will say.";
  return new StreamTruncatedError(`${message}${context.model ? ` (model \`${context.model}\`)` : ""}. ${hint}`);
}
