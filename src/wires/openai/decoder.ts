import { AIMessage, type UsageMetadata } from "@langchain/core/messages";
import type { AnswerDecoder, AnswerDelta } from "../../answer/delta.js";
import { ServerError, StreamTruncatedError } from "../../base/errors.js";
import { isObject, type Json } from "../../base/json.js";
import { isErrorJson, readErrorJson } from "../../transport/error_body.js";
import { errorInBody, type ErrorContext } from "../../transport/server_error.js";
import { DONE, Malformed } from "../../transport/sse.js";
import { credibleUsage, type WireUsage } from "../../usage/credible.js";
import { usageFromOpenAI } from "../../usage/from_openai.js";
import { usageOfChoices, type PartialUsage } from "../../usage/usage.js";
import { ChoiceReader } from "./choice.js";
import type { Dialect } from "./dialect.js";
import { checkFinishReasons } from "./finish_reason.js";
import { readMetadata } from "./metadata.js";
import type { ToolCallMerger } from "./tool_call_merger.js";

/** An answer that came whole, as the one event of a stream: its choices are no pieces. */
export class WholeAnswer {
  constructor(readonly json: Json) {}
}

/** Turns the answers of an OpenAI-compatible server into deltas, in pieces or whole. The servers' oddities end here. */
export class OpenAIDecoder implements AnswerDecoder {
  finished = false;
  private usage: WireUsage | undefined;
  /** Figures that came beside no choice. */
  private readonly closing: UsageMetadata[] = [];
  private readonly choices = new Map<number, ChoiceReader>();
  private readonly metadata: Record<string, unknown>;

  constructor(
    private readonly dialect: Dialect,
    private readonly context: ErrorContext,
    private readonly newMerger: () => ToolCallMerger,
    headers: Headers,
    private readonly isJson = false,
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
    if (event === DONE || event instanceof WholeAnswer) {
      this.finished = true;
      return event === DONE ? [] : this.read(event.json, true);
    }
    if (event instanceof Malformed || !isObject(event)) throw malformed(event, this.context);
    if (isErrorJson(event)) throw errorInBody(readErrorJson(event), JSON.stringify(event), this.context);
    return this.read(event, false);
  }

  end(): AnswerDelta[] {
    const choices = [...this.choices.values()];
    const first = this.choices.get(0) ?? choices[0];
    if (!first) throw truncated(`${this.context.server} ended the stream without an answer`, this.context);
    const isMarked = first.finishReason !== undefined || this.finished || this.dialect.hasUnmarkedEnd === true;
    if (!isMarked) throw truncated(`${this.context.server} ended the stream before it was finished`, this.context);
    const ofAll = this.readAll(choices);
    const reasons = choices.map(({ finishReason }) => finishReason);
    checkFinishReasons(reasons, this.context, () => toOutput(ofAll));
    return choices.map((choice) => (choice === first ? Object.assign(choice.close(), ofAll) : choice.close()));
  }

  cut(): AnswerDelta[] {
    return [...this.choices.values()].flatMap((choice) => choice.cut() ?? []);
  }

  private read(json: Json, isWhole: boolean): AnswerDelta[] {
    const { choices } = json;
    const found = usageFromOpenAI(json);
    // A later figure replaces an earlier one: running totals are common, and adding them up bills a call many times.
    // Zeros take nothing back.
    if (found && (!this.usage?.usage || (found.usage?.total_tokens ?? 0) > 0)) this.usage = found;
    readMetadata(json, this.dialect.keep, this.metadata);
    if (!Array.isArray(choices) || choices.length === 0) {
      if (found?.usage) this.closing.push(found.usage);
      return [];
    }
    const deltas: AnswerDelta[] = [];
    for (let position = 0; position < choices.length; position++) {
      const raw: unknown = choices[position];
      if (!isObject(raw)) continue;
      const choice = this.choiceAt(isWhole ? position : typeof raw.index === "number" ? raw.index : 0);
      if (choices.length === 1) choice.usage = found?.usage ?? choice.usage;
      const delta = choice.read(raw, isWhole);
      if (delta) deltas.push(delta);
    }
    return deltas;
  }

  private choiceAt(index: number): ChoiceReader {
    let choice = this.choices.get(index);
    if (!choice)
      this.choices.set(
        index,
        (choice = new ChoiceReader(index, this.dialect, this.newMerger(), this.metadata, this.isJson)),
      );
    return choice;
  }

  /** What is known of the answer as a whole, once it has ended. */
  private readAll(choices: readonly ChoiceReader[]): AnswerDelta {
    const { closing, metadata } = this;
    // llama.cpp has a figure for each choice where others have one for all.
    const isOfEach = choices.length > 1 && closing.length === choices.length;
    const found = isOfEach ? { usage: usageOfChoices(closing) } : this.usage;
    const hasOutput = choices.some((choice) => choice.hasOutput);
    const { usage, partial } = credibleUsage(found, hasOutput) ?? {};
    if (usage) return { metadata, usage: this.dialect.completeUsage?.(usage, metadata) ?? usage };
    return partial ? { metadata, partialUsage: partial } : { metadata };
  }
}

/** What the error of an answer that the server gave up says of it. */
function toOutput({ usage, metadata }: AnswerDelta): AIMessage {
  return new AIMessage({ content: "", response_metadata: metadata, ...(usage ? { usage_metadata: usage } : {}) });
}

function malformed(event: unknown, { server, model }: ErrorContext): ServerError {
  const text = (event instanceof Malformed ? event.text : JSON.stringify(event)).trim();
  return new ServerError(`${server} sent an event that is no JSON object: \`${text.slice(0, 200)}\`.`, {
    status: 200,
    model,
    body: text.slice(0, 500),
    retryable: true,
  });
}

function truncated(message: string, { model }: ErrorContext): StreamTruncatedError {
  const hint = "What came is in `partialOutput`. The server may have crashed or run out of memory; its log will say.";
  return new StreamTruncatedError(`${message}${model ? ` (model \`${model}\`)` : ""}. ${hint}`);
}
