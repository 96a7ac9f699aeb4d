/**
 * An answer that is due: a tool call that was forced, or JSON that was asked for. Ollama promises both by `format`, which
 * clouds and some engines pass over, and some models answer with nothing. What did not come is asked for once more, in
 * words: a second request of the same run, on the books. Where that does not help, it is said.
 */
import { toChunk } from "../../answer/chunk.js";
import type { AnswerDelta } from "../../answer/delta.js";
import { DeltaSum } from "../../answer/join.js";
import { findJson, parseJson } from "../../answer/json_text.js";
import { withWarnings } from "../../answer/warnings.js";
import { isObject, itemsOf } from "../../base/json.js";
import { answered, jsonInstruction, notCalled } from "../../models/asked_again.js";
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

/** A stream that is looked at before it ends. Of JSON, a text that has been read by then gets a warning, and so does none at all. */
export async function* checkedStream(
  groups: AsyncIterable<AnswerDelta[]>,
  due: DueAnswer,
): AsyncGenerator<AnswerDelta[]> {
  const seen = new DeltaSum();
  const held: AnswerDelta[] = [];
  let isRead = false;
  for await (const deltas of groups) {
    const passed: AnswerDelta[] = [];
    const isEnd = deltas.some(({ finishReason }) => finishReason !== undefined);
    for (const delta of deltas) (isHeld(delta, isEnd, due) ? held : passed).push(delta);
    for (const delta of deltas) seen.add(delta);
    isRead ||= passed.some(({ text = "" }) => text.trim() !== "");
    if (passed.length > 0) yield passed;
  }
  const [answer = {}] = seen.whole;
  const fault = faultOf(answer, due);
  if (fault === undefined) yield held;
  else if (!due.tools && (isRead || (answer.text ?? "").trim() === ""))
    yield held.map((delta) => (delta.metadata ? withWarnings(delta, [fault]) : delta));
  else {
    const { reasoning: _, ...first } = due.call.book(answer) ?? {};
    yield [await repaired(first, fault, due)];
  }
}

/** The same for an answer that comes whole. */
export async function checkedWhole([answer = {}]: readonly AnswerDelta[], due: DueAnswer): Promise<AnswerDelta[]> {
  const fault = faultOf(answer, due);
  return [fault === undefined ? answer : await repaired(due.call.book(answer) ?? {}, fault, due)];
}

/** Of a call nothing is handed on before it is whole, but for thoughts; of JSON all but its end, and what comes with that. */
function isHeld(delta: AnswerDelta, isEnd: boolean, { tools }: DueAnswer): boolean {
  const mayWait = tools ? delta.reasoning === undefined : isEnd && delta.text !== undefined;
  return mayWait || delta.finishReason !== undefined;
}

const ADVICE = 'Another value of `think` may help, or, for structured output, `method: "jsonSchema"`.';
const IGNORED =
  "`format` seems to be passed over. Another value of `think` may help, or a `method` other than `jsonSchema`.";
const CUT = "It was cut off at the output limit: raise `maxTokens`, or set `think: false`.";

/** What is wrong with an answer. JSON that was cut off says so itself. */
function faultOf(answer: AnswerDelta, { tools, format }: DueAnswer): string | undefined {
  if (answer.toolCalls !== undefined) return undefined;
  if (tools)
    return answer.finishReason === "length" ? CUT : `Asked once more in words, it did not call either. ${ADVICE}`;
  if (answer.finishReason === "length") return undefined;
  const value = parseJson(answer.text ?? "");
  if (value === undefined) return `The answer should be JSON and is none: ${IGNORED}`;
  const why = isObject(format) ? schemaFault(value, format) : undefined;
  return why === undefined ? undefined : `The answer does not follow the schema (${why}): ${IGNORED}`;
}

/**
 * The answer, asked for once more unless it would be cut off again; of JSON that does not come, the first with a warning.
 * @throws StructuredOutputError for a call that does not come
 */
async function repaired(first: AnswerDelta, fault: string, due: DueAnswer): Promise<AnswerDelta> {
  const { tools } = due;
  const second = first.finishReason === "length" ? first : await askAgain(first, due);
  if (faultOf(second, due) !== undefined) {
    if (!tools) return withWarnings(first, [fault]);
    throw missing(tools, second.text === undefined ? first : second, fault, due);
  }
  const { reasoning } = first;
  return {
    ...second,
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(tools ? {} : { text: findJson(second.text ?? "")?.json ?? second.text }),
    metadata: { ...second.metadata, ...(tools ? { forced_by: "prompt" } : { repaired: "json" }) },
  };
}

async function askAgain(first: AnswerDelta, due: DueAnswer): Promise<AnswerDelta> {
  try {
    const [second = {}] = await due.ask(instructionOf(due), (first.text ?? "").trim() === "");
    const { reasoning: _, ...said } = due.call.book(second) ?? {};
    return said;
  } catch (error) {
    keep(first, due);
    throw error;
  }
}

function instructionOf({ tools, format }: DueAnswer): string {
  if (!tools) return jsonInstruction(isObject(format) ? format : undefined);
  const which = tools.length === 1 ? "this function" : "one of these functions";
  const list = tools.map((tool) => JSON.stringify(tool.function)).join("\n");
  return `Call ${which} now. Answer with {"name": NAME, "arguments": ARGUMENTS} only, as a JSON object:\n${list}`;
}

function missing(tools: readonly OllamaTool[], answer: AnswerDelta, why: string, due: DueAnswer): Error {
  keep(answer, due);
  const hint = [why, ...itemsOf(answer.metadata?.warnings)].join(" ");
  return notCalled(
    tools.map((tool) => tool.function),
    answered(answer.text ?? ""),
    hint,
  );
}

/** Keeps an answer that is not returned, for the error's `partialOutput`. */
function keep(answer: AnswerDelta, { call }: DueAnswer): void {
  if (Object.keys(answer).length > 0) call.delivered.add(toChunk(answer, call.settings.provider, call.messageId));
}
