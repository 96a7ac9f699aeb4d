import { merged } from "../../base/merged.js";
import { AIMessage, type UsageMetadata } from "@langchain/core/messages";
import type { AnswerDecoder, AnswerDelta } from "../../answer/delta.js";
import { ServerError, StreamTruncatedError } from "../../base/errors.js";
import { isObject, nonEmpty, type Json } from "../../base/json.js";
import { jsonExcerpt } from "../../base/json_excerpt.js";
import { isErrorJson } from "../../transport/error_body.js";
import { shownBody } from "../../transport/page_text.js";
import { errorEvent, type ErrorContext } from "../../transport/server_error.js";
import { DONE, Malformed } from "../../transport/sse.js";
import { credibleUsage, type WireUsage } from "../../usage/credible.js";
import { usageFromOpenAI } from "../../usage/from_openai.js";
import { usageOfChoices, type PartialUsage } from "../../usage/usage.js";
import { ChoiceReader } from "./choice.js";
import { DeclaredCost } from "./declared_cost.js";
import type { Dialect } from "./dialect.js";
import { Extras } from "./extras.js";
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
  private isWhole = false;
  private usage: WireUsage | undefined;
  /** Figures that came beside no choice. */
  private readonly closing: UsageMetadata[] = [];
  private readonly choices = new Map<number, ChoiceReader>();
  private readonly metadata: Record<string, unknown>;
  private readonly cost: DeclaredCost;
  /** Of one answer there is one list of calls, in whichever of its choices they come. */
  private readonly shared: { tools: ToolCallMerger; extras: Extras } | undefined;

  constructor(
    private readonly dialect: Dialect,
    private readonly context: ErrorContext,
    private readonly newMerger: () => ToolCallMerger,
    headers: Headers,
    /** Where the answer comes from, whether more than one was asked for, and whether its text should be JSON. */
    private readonly asked: { server: string; several: boolean; json: boolean },
  ) {
    this.metadata = { ...dialect.readHeaders?.(headers) };
    this.cost = new DeclaredCost(headers);
    const callId = headers.get("x-litellm-call-id");
    if (callId !== null) this.metadata.litellm_call_id = callId;
    if (!asked.several) this.shared = { tools: newMerger(), extras: new Extras(asked.server) };
  }

  get isAnswered(): boolean {
    for (const choice of this.choices.values()) if (!choice.isOver) return false;
    return this.choices.size > 0;
  }

  get runningUsage(): PartialUsage | undefined {
    // vLLM's running figures are each choice's own, and only the last one is of all.
    const each = [...this.choices.values()].flatMap(({ usage }) => usage ?? []);
    const isOfEach = each.length > 1 && this.closing.length === 0;
    const { usage, partial } = credibleUsage(isOfEach ? { usage: usageOfChoices(each) } : this.usage, true) ?? {};
    return usage ?? partial;
  }

  get answerId(): string | undefined {
    return nonEmpty(this.metadata.id);
  }

  push(event: unknown): AnswerDelta[] {
    // Or the answer would depend on how the network cuts what is sent.
    if (this.finished) return [];
    if (event === DONE || event instanceof WholeAnswer) {
      this.finished = true;
      this.isWhole = event !== DONE;
      return event === DONE ? [] : this.read(event.json, true);
    }
    if (event instanceof Malformed || !isObject(event)) {
      if (this.isAnswered) return [];
      throw malformed(event, this.context);
    }
    if (isErrorJson(event)) throw errorEvent(event, this.context, spentBeside(event));
    return this.read(event, false);
  }

  end(): AnswerDelta[] {
    const all = [...this.choices.values()];
    const first = this.choices.get(0) ?? all[0];
    const choices = this.shared ? all.filter((choice) => choice === first || choice.isOther) : all;
    if (first && this.shared) first.finishReason ??= all.find(({ finishReason }) => finishReason)?.finishReason;
    if (!first) throw truncated(`${this.context.server} ended the stream without an answer`, this.context);
    this.checkEnd(first);
    const ofAll = this.readAll(choices);
    const reasons = choices.map(({ finishReason }) => finishReason);
    const said = choices.find(({ failure }) => failure)?.failure;
    checkFinishReasons(reasons, this.context, () => toOutput(ofAll), said);
    return choices.map((choice) => (choice === first ? Object.assign(choice.close(), ofAll) : choice.close()));
  }

  /** An end mark alone does not make an answer whole where the server gives reasons: llama-cpp-python sends it after half of one. */
  private checkEnd(first: ChoiceReader): void {
    const { context, dialect, finished, isWhole } = this;
    const { server = {} } = dialect;
    if (first.finishReason !== undefined) server.givesFinishReasons = true;
    const givesReasons = first.hasReasons || server.givesFinishReasons === true;
    const isMarked = finished ? isWhole || first.finishReason !== undefined || !givesReasons : first.isOver;
    if (isMarked || dialect.hasUnmarkedEnd === true) return;
    const option =
      dialect.hasUnmarkedEnd === false ? ' (`unmarkedEnd: "accept"` is for servers that never give one)' : "";
    const how = finished ? `, by \`[DONE]\` without a finish reason${option}` : "";
    throw truncated(`${context.server} ended the stream before it was finished${how}`, context);
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
    if (found) this.cost.see(json);
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
      choice.extras.addBeside(json);
      if (delta?.choice !== undefined && this.shared) deltas.push(...ofOneAnswer(delta, choice));
      else if (delta) deltas.push(delta);
    }
    return deltas;
  }

  private choiceAt(index: number): ChoiceReader {
    let choice = this.choices.get(index);
    if (choice) return choice;
    const { tools, extras } = this.shared ?? { tools: this.newMerger(), extras: new Extras(this.asked.server) };
    choice = new ChoiceReader(index, this.dialect, tools, this.metadata, extras, this.asked.json);
    this.choices.set(index, choice);
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
    const known: AnswerDelta =
      this.cost.usd === undefined ? { metadata } : { metadata, declaredCostUsd: this.cost.usd };
    if (usage) return merged(known, { usage: this.dialect.completeUsage?.(usage, metadata) ?? usage });
    return partial ? { ...known, partialUsage: partial } : known;
  }
}

/** A further choice where nobody asked for one: its calls are the answer's, anything else is another answer. */
function ofOneAnswer({ choice, toolCalls, ...rest }: AnswerDelta, reader: ChoiceReader): AnswerDelta[] {
  const calls = toolCalls ? [{ toolCalls }] : [];
  if (Object.keys(rest).length === 0) return calls;
  reader.isOther = true;
  return [...calls, { choice, ...rest }];
}

/** What the error of an answer that the server gave up says of it. */
function toOutput({ usage, metadata }: AnswerDelta): AIMessage {
  return new AIMessage({ content: "", response_metadata: metadata, ...(usage ? { usage_metadata: usage } : {}) });
}

/** The server's figure beside an error. Zeros are none. */
export function spentBeside(json: Json): UsageMetadata | undefined {
  return credibleUsage(usageFromOpenAI(json), false)?.usage;
}

const LONGEST_SHOWN = 500;

function malformed(event: unknown, { server, model }: ErrorContext): ServerError {
  const text = (event instanceof Malformed ? event.text : jsonExcerpt(event, LONGEST_SHOWN)).trim();
  return new ServerError(`${server} sent an event that is no JSON object: \`${shownBody(text, 200)}\`.`, {
    status: 200,
    model,
    body: text.slice(0, LONGEST_SHOWN),
    retryable: true,
  });
}

function truncated(message: string, { model }: ErrorContext): StreamTruncatedError {
  const hint = "What came is in `partialOutput`. The server may have crashed or run out of memory; its log will say.";
  return new StreamTruncatedError(`${message}${model ? ` (model \`${model}\`)` : ""}. ${hint}`);
}
