import type { AnswerDelta } from "../../answer/delta.js";
import { parseJson } from "../../answer/json_text.js";
import { ServerError } from "../../base/errors.js";
import { isObject, type Json } from "../../base/json.js";
import { concessionFor } from "../../wires/openai/refusals.js";
import type { CallableTool } from "../../wires/openai/schema_call.js";
import { newToolCallId } from "../../wires/openai/wire.js";
import { AnswerWatch } from "./answer_watch.js";
import { expectsJson, faultOf, jsonInstruction } from "./json_answer.js";
import type { ServerKnowledge } from "./knowledge.js";
import {
  answered,
  forcedTools,
  notCalled,
  schemaCallChanges,
  toToolCall,
  withoutThinking,
  type Changes,
} from "./schema_caller.js";

/** How a question is put, and what is done when the server ignores a part of it. */
export interface AnsweringOptions {
  forcedTools: "schema" | "error" | "off";
  repairJson: boolean;
  dropSchemaKeywords: readonly string[];
  /** The history has tool calls. */
  hasToolHistory: boolean;
}

/** What answering needs of the model. */
export interface Asker {
  stream(): AsyncGenerator<AnswerDelta[]>;
  /** An answer that comes whole, its usage booked. With changes it is a further request of the same run. */
  whole(changes?: Changes): Promise<AnswerDelta[]>;
  /** Keeps an answer that will not be returned, for the error's `partialOutput`. */
  keep(answer: AnswerDelta): void;
  /** Warnings that only the server's other endpoints or its usage give. */
  warnings(watch: AnswerWatch, metadata: Json): Promise<string[]>;
}

/** Gets one answer, and checks that the server did what it was asked to. */
export class Answering {
  private readonly tools: CallableTool[] | undefined;

  constructor(
    private readonly asker: Asker,
    private readonly params: Json,
    private readonly options: AnsweringOptions,
    private readonly knowledge: ServerKnowledge,
  ) {
    this.tools = options.forcedTools === "off" ? undefined : forcedTools(params);
  }

  async *stream(): AsyncGenerator<AnswerDelta[]> {
    if (this.tools && this.asksBySchema) {
      yield [await this.callBySchema(this.tools, false)];
      return;
    }
    const watch = this.watch();
    try {
      for await (const deltas of this.asker.stream()) {
        const passed = watch.pass(deltas);
        if (passed.length > 0) yield passed;
      }
    } catch (error) {
      if (!this.tools || !this.lacksParser(error)) throw error;
      yield [await this.callWithoutParser(this.tools)];
      return;
    }
    const metadata: Json = {};
    for (const delta of watch.held) Object.assign(metadata, delta.metadata);
    const call = this.isUnmet(watch) ? await this.repairCall(watch, watch.text) : undefined;
    yield [{ ...call, ...(await this.closing(watch, metadata, call)) }];
  }

  async whole(): Promise<AnswerDelta[]> {
    if (this.tools && this.asksBySchema) return [await this.callBySchema(this.tools, false)];
    let answers: AnswerDelta[];
    try {
      answers = await this.asker.whole();
    } catch (error) {
      if (!this.tools || !this.lacksParser(error)) throw error;
      return [await this.callWithoutParser(this.tools)];
    }
    const checked: AnswerDelta[] = [];
    for (const answer of answers) checked.push(await this.check(answer));
    return checked;
  }

  private async check(answer: AnswerDelta): Promise<AnswerDelta> {
    const watch = this.watch();
    const seen = watch.see(answer);
    if (this.isUnmet(watch)) {
      const call = await this.repairCall(watch, seen.text ?? "").catch((error: unknown) => {
        this.asker.keep(seen);
        throw error;
      });
      return { ...seen, ...call, metadata: { ...seen.metadata, ...call.metadata } };
    }
    const repaired = (await this.repairJson(seen, watch)) ?? seen;
    const metadata = repaired.metadata ?? {};
    const warnings = await this.warningsOf(watch, metadata);
    return warnings.length === 0 ? repaired : { ...repaired, metadata: { ...metadata, warnings } };
  }

  private async closing(watch: AnswerWatch, metadata: Json, call: AnswerDelta | undefined): Promise<AnswerDelta> {
    const finishReason = call?.finishReason ?? (this.isHiddenCut(watch) ? "length" : watch.finishReason);
    if (finishReason !== watch.finishReason && !call) metadata.finish_reason_raw ??= watch.finishReason;
    const warnings = call ? [] : await this.warningsOf(watch, metadata);
    const fault = this.faultIn(watch.text, watch);
    if (fault !== undefined && watch.hasText) warnings.push(fault);
    return {
      ...(finishReason === undefined ? {} : { finishReason }),
      metadata: { ...metadata, ...call?.metadata, ...(warnings.length > 0 ? { warnings } : {}) },
    };
  }

  private watch(): AnswerWatch {
    const [only, ...others] = this.tools ?? [];
    return new AnswerWatch({
      onlyTool: others.length === 0 ? only?.name : undefined,
      oneCall: this.params.parallel_tool_calls === false,
      mayCallTools: this.params.tools !== undefined || this.options.hasToolHistory,
      keepsText: this.tools !== undefined || expectsJson(this.params),
    });
  }

  private get asksBySchema(): boolean {
    return this.options.forcedTools === "schema" && this.knowledge.ignoresToolChoice === true;
  }

  /** A tool had to be called and was not. A call that was cut off in the middle is no refusal to call. */
  private isUnmet(watch: AnswerWatch): boolean {
    return this.tools !== undefined && !watch.hasCalls && !(watch.hasMarkup && watch.finishReason === "length");
  }

  /** vLLM 0.11 says `tool_calls` also where the output limit cut a call off: one without arguments would look whole. */
  private isHiddenCut({ lacksArguments, outputTokens = 0 }: AnswerWatch): boolean {
    const limit = this.params.max_tokens ?? this.params.max_completion_tokens;
    return lacksArguments && typeof limit === "number" && outputTokens >= limit;
  }

  private lacksParser(error: unknown): boolean {
    return (
      this.options.forcedTools === "schema" &&
      ServerError.isInstance(error) &&
      concessionFor(error, this.params) === "tool_parser"
    );
  }

  private async repairCall(watch: AnswerWatch, text: string): Promise<AnswerDelta> {
    const tools = this.tools ?? [];
    if (this.options.forcedTools === "error")
      throw notCalled(
        tools,
        answered(text, watch.calledInstead),
        'With `forcedTools: "schema"` it would be asked once more, by schema.',
      );
    const { reasoning: _, ...call } = await this.callBySchema(tools, !watch.hasText);
    // A model that thought to the end of its tokens, or whose call was not read, may do better the next time.
    if (watch.hasText && !watch.hasMarkup) this.knowledge.ignoresToolChoice = true;
    return { ...call, metadata: { forced_by: "schema" } };
  }

  private async callWithoutParser(tools: CallableTool[]): Promise<AnswerDelta> {
    const call = await this.callBySchema(tools, false);
    this.knowledge.ignoresToolChoice = true;
    return call;
  }

  private async callBySchema(tools: CallableTool[], quiet: boolean): Promise<AnswerDelta> {
    const changes = schemaCallChanges(tools, this.params, this.options.dropSchemaKeywords, quiet);
    const [answer = {}] = await this.asker.whole(changes);
    const { reasoning, metadata } = answer;
    return {
      ...(reasoning === undefined ? {} : { reasoning }),
      ...toToolCall(answer, tools, newToolCallId),
      metadata: { ...metadata, forced_by: "schema" },
    };
  }

  /** What is wrong with a text that should be JSON. One that was cut off says so itself, and would be cut off again. */
  private faultIn(text: string, watch: AnswerWatch): string | undefined {
    const isCut = watch.finishReason === "length" && watch.hasText;
    return !expectsJson(this.params) || watch.hasCalls || isCut ? undefined : faultOf(text, this.params);
  }

  /** A second try at an answer that should be JSON and is none, or other JSON; `undefined` when there is nothing to mend. */
  private async repairJson(answer: AnswerDelta, watch: AnswerWatch): Promise<AnswerDelta | undefined> {
    const fault = this.faultIn(answer.text ?? "", watch);
    if (fault === undefined) return undefined;
    const asItIs = watch.hasText ? withWarning(answer, fault) : answer;
    if (!this.options.repairJson) return asItIs;
    const params = watch.hasText ? {} : withoutThinking(this.params);
    const [second = {}] = await this.asker.whole({
      params: { ...params, n: undefined },
      instruction: jsonInstruction(this.params),
    });
    if (parseJson(second.text ?? "") === undefined) return asItIs;
    const repaired = { ...answer, ...second, metadata: { ...answer.metadata, repaired: "json" } };
    const left = faultOf(second.text ?? "", this.params);
    return left === undefined ? repaired : withWarning(repaired, left);
  }

  private async warningsOf(watch: AnswerWatch, metadata: Json): Promise<string[]> {
    const before: unknown = metadata.warnings;
    return [...(Array.isArray(before) ? before.map(String) : []), ...(await this.asker.warnings(watch, metadata))];
  }
}

function withWarning(answer: AnswerDelta, warning: string): AnswerDelta {
  return { ...answer, metadata: { ...answer.metadata, warnings: [warning] } };
}

/** True when a history has calls of tools, or their results. */
export function hasToolHistory(messages: readonly object[]): boolean {
  return messages.some(
    (message) =>
      isObject(message) &&
      ("tool_call_id" in message || (Array.isArray(message.tool_calls) && message.tool_calls.length > 0)),
  );
}
