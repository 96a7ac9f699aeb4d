/**
 * An answer that is due: a tool call that was forced, or JSON that was asked for. Ollama promises both by `format`, which
 * clouds and some engines pass over, and some models answer with nothing. What did not come is asked for once more, in
 * words: a second request of the same run, on the books. Where that does not help, it is said.
 */
import { toChunk } from "../../answer/chunk.js";
import type { AnswerDelta } from "../../answer/delta.js";
import { joinDeltas } from "../../answer/join.js";
import { findJson, parseJson } from "../../answer/json_text.js";
import { StructuredOutputError } from "../../base/errors.js";
import { isObject } from "../../base/json.js";
import { schemaFault } from "../../models/schema_check.js";
import type { ModelCall } from "../../run/model_call.js";
import type { OllamaTool } from "../../wires/ollama/tool_schema.js";

/** What a call's answer has to be. */
export interface DueAnswer {
  readonly call: ModelCall;
  /** The tools of which one must be called; absent where JSON is due. */
  readonly tools: readonly OllamaTool[] | undefined;
  /** The request's `format`. */
  readonly format: unknown;
  /** Asks once more, with an instruction in place of the format. A model that said nothing may have to think. */
  ask(instruction: string, mayThink: boolean): Promise<AnswerDelta[]>;
}

/** A stream that is looked at before it ends. A text that is no JSON has been read by then, and gets a warning. */
export async function* checkedStream(
  groups: AsyncIterable<AnswerDelta[]>,
  due: DueAnswer,
): AsyncGenerator<AnswerDelta[]> {
  const seen: AnswerDelta[] = [];
  const held: AnswerDelta[] = [];
  for await (const deltas of groups) {
    const passed: AnswerDelta[] = [];
    for (const delta of deltas) (isHeld(delta, due) ? held : passed).push(delta);
    seen.push(...deltas);
    if (passed.length > 0) yield passed;
  }
  const [answer = {}] = joinDeltas(seen);
  const fault = faultOf(answer, due);
  if (fault === undefined) yield held;
  else if (!due.tools) yield held.map((delta) => (delta.metadata ? withWarning(delta, fault) : delta));
  else {
    for (const delta of held) due.call.book(delta);
    yield [await secondCall(due, due.tools, { text: answer.text, finishReason: answer.finishReason })];
  }
}

/** The same for an answer that comes whole. */
export async function checkedWhole(answers: readonly AnswerDelta[], due: DueAnswer): Promise<AnswerDelta[]> {
  const [answer = {}] = answers;
  const fault = faultOf(answer, due);
  if (fault === undefined) return [answer];
  const { call } = due;
  const first = call.book(answer) ?? {};
  if (due.tools) {
    const { reasoning } = first;
    return [{ ...(reasoning === undefined ? {} : { reasoning }), ...(await secondCall(due, due.tools, first)) }];
  }
  const second = await askAgain(due, jsonInstruction(due.format), first);
  if (faultOf(second, due) !== undefined) return [withWarning(first, fault)];
  const text = findJson(second.text ?? "")?.json ?? second.text;
  return [{ ...second, text, metadata: { ...second.metadata, repaired: "json" } }];
}

/** Of a call nothing is handed on before it is whole, but for thoughts; of JSON all but its end. */
function isHeld(delta: AnswerDelta, { tools }: DueAnswer): boolean {
  return delta.finishReason !== undefined || (tools !== undefined && delta.reasoning === undefined);
}

/** What is wrong with an answer. One that was cut off says so itself. */
function faultOf(answer: AnswerDelta, { tools, format }: DueAnswer): string | undefined {
  if (answer.toolCalls !== undefined) return undefined;
  if (tools) return "There is no call.";
  if (answer.finishReason === "length") return undefined;
  const value = parseJson(answer.text ?? "");
  if (value === undefined) return `The answer should be JSON and is none: ${IGNORED}`;
  const why = isObject(format) ? schemaFault(value, format) : undefined;
  return why === undefined ? undefined : `The answer does not follow the schema (${why}): ${IGNORED}`;
}

const IGNORED =
  "`format` seems to be passed over here. Another value of `think` may help, or a `method` other than `jsonSchema`.";

/**
 * The call, asked for once more.
 * @throws StructuredOutputError when it does not come
 */
async function secondCall(due: DueAnswer, tools: readonly OllamaTool[], first: AnswerDelta): Promise<AnswerDelta> {
  // The second would be cut off like the first.
  if (first.finishReason === "length")
    throw notCalled(due, tools, first, "It was cut off at the output limit: raise `maxTokens`, or set `think: false`.");
  const { toolCalls, finishReason, metadata, ...rest } = await askAgain(due, callInstruction(tools), first);
  if (toolCalls) return { toolCalls, finishReason, metadata: { ...metadata, forced_by: "prompt" } };
  const last = rest.text === undefined ? first : { ...rest, metadata };
  throw notCalled(
    due,
    tools,
    last,
    'Asked once more in words, it did not call either. Another value of `think` may help, or, for structured output, `method: "jsonSchema"`.',
  );
}

async function askAgain(due: DueAnswer, instruction: string, first: AnswerDelta): Promise<AnswerDelta> {
  try {
    const [answer = {}] = await due.ask(instruction, (first.text ?? "").trim() === "");
    return due.call.book(answer) ?? {};
  } catch (error) {
    keep(due, first);
    throw error;
  }
}

function notCalled(
  due: DueAnswer,
  tools: readonly OllamaTool[],
  answer: AnswerDelta,
  hint: string,
): StructuredOutputError {
  keep(due, answer);
  const names = tools.map(({ function: { name } }) => `\`${name}\``).join(" or ");
  const { text = "" } = answer;
  const said = text.length > 200 ? `${text.slice(0, 200)}...` : text;
  const warnings = Array.isArray(answer.metadata?.warnings) ? ` ${answer.metadata.warnings.join(" ")}` : "";
  return new StructuredOutputError(`The model was to call ${names} but answered \`${said}\`. ${hint}${warnings}`);
}

/** Keeps an answer that is not returned, for the error's `partialOutput`. */
function keep({ call }: DueAnswer, answer: AnswerDelta): void {
  if (Object.keys(answer).length > 0) call.delivered.add(toChunk(answer, call.settings.provider, call.messageId));
}

function callInstruction(tools: readonly OllamaTool[]): string {
  const list = tools.map((tool) => JSON.stringify(tool.function)).join("\n");
  const which = tools.length === 1 ? "this function" : "one of these functions";
  return `Call ${which} now. Answer with {"name": NAME, "arguments": ARGUMENTS} only, as a JSON object:\n${list}`;
}

function jsonInstruction(format: unknown): string {
  const following = isObject(format) ? `, following this JSON schema:\n${JSON.stringify(format)}` : "";
  return `Answer with one JSON object only, without any text or fence around it${following}`;
}

function withWarning(answer: AnswerDelta, warning: string): AnswerDelta {
  const before: unknown = answer.metadata?.warnings;
  return {
    ...answer,
    metadata: { ...answer.metadata, warnings: [...(Array.isArray(before) ? (before as unknown[]) : []), warning] },
  };
}
