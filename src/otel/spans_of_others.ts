import { CallbackManager } from "@langchain/core/callbacks/manager";
import { trace, type Context } from "@opentelemetry/api";
import { fieldsOf } from "../base/json.js";
import { isSpanned, makeSpans } from "../books/spanned_runs.js";

/** What says of a span that it is one of a call of a model. */
const OF_A_CALL: readonly (readonly [attribute: string, values: readonly unknown[]])[] = [
  ["openinference.span.kind", ["LLM"]],
  ["langfuse.observation.type", ["generation"]],
  ["gen_ai.operation.name", ["chat", "text_completion", "generate_content"]],
];

/**
 * Whether somebody else makes a span of a call: an instrumentation that hears of every run, a handler of this run, or whoever has a
 * span of it active.
 * @param context - in which the call began
 */
export function hasOtherSpan(runId: string, context: Context): boolean {
  return isSpanned(runId) || makeSpans(handlersOfEveryRun()) || isOfCall(trace.getSpan(context));
}

/** Instrumentations put theirs among what LangChain gives to a run of which nothing else is known. */
function handlersOfEveryRun(): readonly unknown[] {
  return CallbackManager.configure()?.handlers ?? [];
}

/** Of the SDK's spans attributes can be read. */
function isOfCall(span: unknown): boolean {
  const attributes = fieldsOf(fieldsOf(span).attributes);
  return OF_A_CALL.some(([attribute, values]) => values.includes(attributes[attribute]));
}
