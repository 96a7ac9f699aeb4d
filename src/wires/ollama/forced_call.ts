import type { AnswerDecoder, AnswerDelta, ToolCallDelta } from "../../answer/delta.js";
import { isObject, type Json } from "../../base/json.js";
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

/** The tool call that a text is, if it is one. A text that was cut off in its arguments is a broken call. */
export function readForcedCall(
  text: string,
  names: readonly string[],
  isCut: boolean,
): Omit<ToolCallDelta, "index"> | undefined {
  const value = parse(text);
  if (isObject(value)) {
    const { name, arguments: args } = value;
    return typeof name === "string" && isObject(args) ? { name, args: JSON.stringify(args) } : undefined;
  }
  if (!isCut || !/^\s*\{/.test(text)) return undefined;
  const name = /^\s*\{\s*"name"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? (names.length === 1 ? names[0] : undefined);
  const start = /"arguments"\s*:\s*/.exec(text);
  return { name, args: start ? text.slice(start.index + start[0].length) : "" };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Turns the JSON of a forced call back into a tool call. Reasoning passes; the content waits until it is whole. */
export class ForcedCallDecoder implements AnswerDecoder {
  private readonly held: AnswerDelta[] = [];
  private hasCalls = false;

  constructor(
    private readonly inner: AnswerDecoder,
    private readonly names: readonly string[],
    private readonly newId: () => string,
  ) {}

  get finished(): boolean {
    return this.inner.finished;
  }

  get isAnswered(): boolean {
    return this.inner.isAnswered;
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
    const text = this.held.map((delta) => delta.text ?? "").join("");
    const finish = last.find((delta) => delta.finishReason !== undefined)?.finishReason;
    const call = this.hasCalls ? undefined : readForcedCall(text, this.names, finish === "length");
    if (!call) return [...this.held, ...passed];
    const ending: AnswerDelta = { toolCalls: [{ index: 0, id: this.newId(), ...call }] };
    return [
      ending,
      ...passed.map((delta) => (delta.finishReason === "stop" ? { ...delta, finishReason: "tool_calls" } : delta)),
    ];
  }

  cut(): AnswerDelta[] {
    return [...this.held.splice(0), ...this.inner.cut()];
  }

  /** Takes the text out of a delta; what remains can be handed on. */
  private hold(delta: AnswerDelta): AnswerDelta[] {
    if (delta.toolCalls) this.hasCalls = true;
    if (delta.text === undefined) return [delta];
    const { text, ...rest } = delta;
    this.held.push({ text });
    return Object.keys(rest).length > 0 ? [rest] : [];
  }
}
