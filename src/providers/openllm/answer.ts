import type { AnswerDelta } from "../../answer/delta.js";
import { requestStream, requestWhole } from "./negotiate/negotiate.js";
import { expectsJson } from "../../wires/openai/wire.js";
import type { Question } from "./question.js";
import type { CallableTool } from "../../answer/written_calls.js";
import { forcedTools, onlyTool } from "./repair/forced_tools.js";
import { faultIn } from "./repair/json_answer.js";
import { asksBySchemaAtOnce, callBySchema, callWithoutParser, repairCall, repairJson } from "./repair/repair.js";
import { warningsOf } from "./watch/warnings.js";
import { AnswerWatch, expectationsOf } from "./watch/watch.js";
import { bookWhole } from "./watch/whole_usage.js";

/**
 * The answer to a question as a stream: negotiated, watched as it passes, and repaired at its end. Only a missing call can
 * still be put right there; a text that is wrong has been read by then, and gets a warning.
 */
export async function* answer(question: Question): AsyncGenerator<AnswerDelta[]> {
  const tools = toolsToCall(question);
  if (tools && asksBySchemaAtOnce(question)) {
    yield [await callBySchema(question, tools)];
    return;
  }
  const watch = newWatch(question, tools);
  try {
    for await (const deltas of requestStream(question)) {
      const passed = watch.pass(deltas);
      if (passed.length > 0) yield passed;
    }
  } catch (error) {
    yield [await callWithoutParser(question, tools, error)];
    return;
  }
  const call = tools && watch.hasNoCall ? await repairCall(question, tools, watch, watch.text) : undefined;
  yield [{ ...call, ...(await closing(question, watch, call)) }];
}

/** The same for an answer that comes whole, its usage booked: one delta for each choice. */
export async function answerWhole(question: Question): Promise<AnswerDelta[]> {
  const tools = toolsToCall(question);
  if (tools && asksBySchemaAtOnce(question)) return [await callBySchema(question, tools)];
  let choices: AnswerDelta[];
  try {
    choices = bookWhole(question, await requestWhole(question));
  } catch (error) {
    return [await callWithoutParser(question, tools, error)];
  }
  const checked: AnswerDelta[] = [];
  for (const choice of choices) checked.push(await check(question, choice, tools));
  return checked;
}

function toolsToCall({ settings, params }: Question): CallableTool[] | undefined {
  return settings.forcedTools === "off" ? undefined : forcedTools(params);
}

function newWatch({ params }: Question, tools: CallableTool[] | undefined): AnswerWatch {
  const keepsText = tools !== undefined || expectsJson(params);
  return new AnswerWatch(expectationsOf(params, { onlyTool: onlyTool(tools)?.name, keepsText }));
}

/** The end of a stream, once it has been checked. */
async function closing(
  question: Question,
  watch: AnswerWatch,
  call: AnswerDelta | undefined,
): Promise<Pick<AnswerDelta, "finishReason" | "metadata">> {
  const metadata = { ...watch.metadata };
  const finishReason = call?.finishReason ?? watch.endReason;
  if (finishReason !== watch.finishReason && !call) metadata.finish_reason_raw ??= watch.finishReason;
  const warnings = call ? [] : await warningsOf(question, watch, metadata);
  const fault = faultIn(watch.text, watch, question.params);
  if (fault !== undefined && watch.hasText) warnings.push(fault);
  return {
    ...(finishReason === undefined ? {} : { finishReason }),
    metadata: { ...metadata, ...call?.metadata, ...(warnings.length > 0 ? { warnings } : {}) },
  };
}

/** One choice of an answer that came whole, put right where it is not what had to come. */
async function check(question: Question, choice: AnswerDelta, tools: CallableTool[] | undefined): Promise<AnswerDelta> {
  const watch = newWatch(question, tools);
  const seen = watch.see(choice);
  if (tools && watch.hasNoCall) {
    const call = await repairCall(question, tools, watch, seen.text ?? "").catch((error: unknown) => {
      question.keep(seen);
      throw error;
    });
    return { ...seen, ...call, metadata: { ...seen.metadata, ...call.metadata } };
  }
  const repaired = await repairJson(question, seen, watch);
  const metadata = repaired.metadata ?? {};
  const warnings = await warningsOf(question, watch, metadata);
  return warnings.length === 0 ? repaired : { ...repaired, metadata: { ...metadata, warnings } };
}
