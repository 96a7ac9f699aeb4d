/**
 * Repair: asks once more, in the same run and on the books, when an answer is not what had to come. A forced tool that
 * was not called is asked for as JSON by its schema; an answer that should be JSON and is none is asked for with the
 * schema in words; a model that thought to the end of its tokens is asked with thinking off. A new way in which models
 * fail gets its test in `watch` and the second request for it here.
 */
import type { AnswerDelta } from "../../../answer/delta.js";
import { parseJson } from "../../../answer/json_text.js";
import { withWarnings } from "../../../answer/warnings.js";
import { ServerError } from "../../../base/errors.js";
import { isObject, type Json } from "../../../base/json.js";
import { answered, jsonInstruction, notCalled } from "../../../models/asked_again.js";
import type { CallableTool } from "../../../answer/written_calls.js";
import { requestWhole } from "../negotiate/negotiate.js";
import { refusesToForce } from "../negotiate/refusals.js";
import type { Changes } from "../negotiate/request_form.js";
import type { Question } from "../question.js";
import type { AnswerWatch } from "../watch/watch.js";
import { bookWhole } from "../watch/whole_usage.js";
import { onlyTool } from "./forced_tools.js";
import { faultIn, faultOf, schemaOf } from "./json_answer.js";
import { schemaCallChanges, spokenCall, toToolCall } from "./schema_call.js";

/** True for a server that is known to ignore `tool_choice`: it need not be asked in vain again. */
export function asksBySchemaAtOnce({ settings, knowledge }: Question): boolean {
  return settings.forcedTools === "schema" && knowledge.ignoresToolChoice === true;
}

/** A call of one of the tools, asked for as JSON by their schemas. */
export async function callBySchema(
  question: Question,
  tools: readonly CallableTool[],
  more: Json = {},
): Promise<AnswerDelta> {
  const { params, instruction } = schemaCallChanges(tools, question.settings.dropSchemaKeywords);
  const answer = await askAgain(question, { params: { ...params, ...more }, instruction });
  const { reasoning, metadata } = answer;
  return {
    ...(reasoning === undefined ? {} : { reasoning }),
    ...toToolCall(answer, tools),
    metadata: { ...metadata, forced_by: "schema" },
  };
}

/** The same after an error, where the server will not have a tool forced; else throws the error. */
export async function callWithoutParser(
  question: Question,
  tools: readonly CallableTool[] | undefined,
  error: unknown,
): Promise<AnswerDelta> {
  const { settings, knowledge } = question;
  const refuses =
    settings.forcedTools === "schema" && ServerError.isInstance(error) && refusesToForce(error, askedBy(question));
  if (!tools || refuses === false) throw error;
  const call = await callBySchema(question, tools);
  if (refuses === true) knowledge.ignoresToolChoice = true;
  return call;
}

/** What a question says, by which the words of a refusal are told from those that it repeats. */
function askedBy({ params, call }: Question): Json {
  const messages = call.messages.map((message) => ({
    content: message.content,
    calls: Reflect.get(message, "tool_calls") as unknown,
  }));
  return { ...params, messages };
}

/**
 * The call that was missing in an answer, to be put on top of it.
 * @throws StructuredOutputError with `forcedTools: "error"`, and when the second answer is no call either
 */
export async function repairCall(
  question: Question,
  tools: readonly CallableTool[],
  watch: AnswerWatch,
  text: string,
): Promise<AnswerDelta> {
  const { settings, params, knowledge } = question;
  const spoken = spokenCall(text, tools);
  if (spoken) return { ...spoken, text: "", metadata: { forced_by: "text" } };
  if (settings.forcedTools === "error")
    throw notCalled(
      tools,
      answered(text, watch.calledInstead),
      'With `forcedTools: "schema"` it would be asked once more, by schema.',
    );
  const named = watch.hasText && !watch.isLlamaCpp ? await callByName(question, tools) : undefined;
  if (named) return named;
  const { reasoning: _, ...call } = await callBySchema(question, tools, watch.hasText ? {} : withoutThinking(params));
  // A model that thought to the end of its tokens, or whose call was not read, may do better the next time.
  if (watch.hasText && !watch.hasMarkup) knowledge.ignoresToolChoice = true;
  return { ...call, metadata: { forced_by: "schema" } };
}

/**
 * The call of the only tool, named by the standard's object: some servers ignore `"required"` and honour that. `undefined`
 * where it makes no call either.
 */
async function callByName(question: Question, tools: readonly CallableTool[]): Promise<AnswerDelta | undefined> {
  const { concessions } = question.knowledge;
  const only = onlyTool(tools);
  if (!only || question.params.tool_choice !== "required" || concessions.has("object_choice")) return undefined;
  const tool_choice = { type: "function", function: { name: only.name } };
  try {
    const { toolCalls, text = "" } = await askAgain(question, { params: { tool_choice, n: undefined } });
    const called = toolCalls?.some(({ name }) => name === only.name) ? { toolCalls } : spokenCall(text, tools);
    if (!called) return undefined;
    concessions.add("object_choice");
    return { ...called, finishReason: "tool_calls", metadata: { forced_by: "object" } };
  } catch (error) {
    const refuses = ServerError.isInstance(error) && refusesToForce(error, { ...askedBy(question), tool_choice });
    if (refuses !== false) return undefined;
    throw error;
  }
}

/** An answer that should be JSON: as it is, or the second one where the first is none, or other JSON. */
export async function repairJson(question: Question, answer: AnswerDelta, watch: AnswerWatch): Promise<AnswerDelta> {
  const { params, settings } = question;
  const fault = faultIn(answer.text ?? "", watch, params);
  if (fault === undefined) return answer;
  const asItIs = watch.hasText ? withWarnings(answer, [fault]) : answer;
  if (!settings.repairJson) return asItIs;
  const quiet = watch.hasText ? {} : withoutThinking(params);
  const second = await askAgain(question, {
    params: { ...quiet, n: undefined },
    instruction: jsonInstruction(schemaOf(params)),
  });
  if (parseJson(second.text ?? "") === undefined) return asItIs;
  const repaired = { ...answer, ...second, metadata: { ...answer.metadata, repaired: "json" } };
  const left = faultOf(second.text ?? "", params);
  return left === undefined ? repaired : withWarnings(repaired, [left]);
}

async function askAgain(question: Question, changes: Changes): Promise<AnswerDelta> {
  const [first = {}] = bookWhole(question, await requestWhole(question, changes));
  return first;
}

/** The template variables that turn thinking off, under both of their names: a model that thinks on never comes to the call. */
function withoutThinking({ chat_template_kwargs: kwargs }: Json): Json {
  return { chat_template_kwargs: { ...(isObject(kwargs) ? kwargs : {}), enable_thinking: false, thinking: false } };
}
