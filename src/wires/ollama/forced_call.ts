import type { AnswerDecoder, AnswerDelta, ToolCallDelta } from "../../answer/delta.js";
import { readWrittenCalls, type CallableTool } from "../../answer/written_calls.js";
import type { Json } from "../../base/json.js";
import type { PartialUsage } from "../../usage/usage.js";
import { toGrammarPart } from "./format.js";
import type { OllamaTool } from "./tool_schema.js";

/**
 * The `format` that leaves a model nothing but to call one of the tools: Ollama has no `tool_choice`, and with a schema
 * it answers with JSON in the content even where tools are offered.
 */
export function forcedCallFormat(tools: readonly OllamaTool[]): Json {
  const calls = tools.map(({ function: { name, parameters } }) => ({
    type: "object",
    properties: { name: { type: "string", enum: [name] }, arguments: toGrammarPart(parameters) },
    required: ["name", "arguments"],
  }));
  const [only, ...others] = calls;
  return only !== undefined && others.length === 0 ? only : { anyOf: calls };
}

/** The broken call that is in a text which was cut off in the middle of one. */
export function readCutCall(text: string, names: readonly string[]): Omit<ToolCallDelta, "index"> | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  const name = /^\s*\{\s*"name"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? (names.length === 1 ? names[0] : undefined);
  const start = /"arguments"\s*:\s*/.exec(text);
  return { name, args: start ? text.slice(start.index + start[0].length) : "" };
}

/** Turns the JSON of a forced call back into a tool call, wherever it is. Reasoning passes; the content waits until it is whole. */
export class ForcedCallDecoder implements AnswerDecoder {
  private readonly held: AnswerDelta[] = [];
  private readonly thoughts: string[] = [];
  private hasCalls = false;

  constructor(
    private readonly inner: AnswerDecoder,
    private readonly tools: readonly CallableTool[],
    private readonly newId: () => string,
  ) {}

  get finished(): boolean {
    return this.inner.finished;
  }

  get runningUsage(): PartialUsage | undefined {
    return this.inner.runningUsage;
  }

  push(event: unknown): AnswerDelta[] {
    return this.inner.push(event).flatMap((delta) => this.hold(delta));
  }

  end(): AnswerDelta[] {
    const last = this.inner.end();
    const passed = last.flatMap((delta) => this.hold(delta));
    const finish = last.find((delta) => delta.finishReason !== undefined)?.finishReason;
    const calls = this.hasCalls ? [] : this.read(finish === "length");
    if (calls.length === 0) return [...this.held, ...passed];
    const toolCalls = calls.map((call, index) => ({ index, id: this.newId(), ...call }));
    return [
      { toolCalls },
      ...passed.map((delta) => (delta.finishReason === "stop" ? { ...delta, finishReason: "tool_calls" } : delta)),
    ];
  }

  /** Some models write the call to the end of their thoughts, and nothing else. */
  private read(isCut: boolean): Omit<ToolCallDelta, "index">[] {
    const text = this.held.map((delta) => delta.text ?? "").join("");
    const written = readWrittenCalls(text, this.tools);
    if (written.length > 0) return written;
    const names = this.tools.map(({ name }) => name);
    if (isCut) return [readCutCall(text, names) ?? []].flat();
    return text.trim() === "" ? readWrittenCalls(this.thoughts.join(""), this.tools) : [];
  }

  cut(): AnswerDelta[] {
    return [...this.held.splice(0), ...this.inner.cut()];
  }

  /** Takes the text out of a delta; what remains can be handed on. */
  private hold(delta: AnswerDelta): AnswerDelta[] {
    if (delta.toolCalls) this.hasCalls = true;
    if (delta.reasoning !== undefined) this.thoughts.push(delta.reasoning);
    if (delta.text === undefined) return [delta];
    const { text, ...rest } = delta;
    this.held.push({ text });
    return Object.keys(rest).length > 0 ? [rest] : [];
  }
}
