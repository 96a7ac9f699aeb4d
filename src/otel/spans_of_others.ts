import { CallbackManager } from "@langchain/core/callbacks/manager";
import { trace, type Context } from "@opentelemetry/api";
import { fieldsOf } from "../base/json.js";
import { isSpanned, makeSpans } from "../books/spanned_runs.js";
import { isOfCall } from "./read_span.js";

/**
 * Whether somebody else makes a span of a call: an instrumentation that hears of every run, a handler of this run, or whoever has a
 * span of it active.
 * @param context - in which the call began
 */
export function hasOtherSpan(runId: string, context: Context): boolean {
  // Attributes of the SDK's spans can be read.
  const { attributes } = fieldsOf(trace.getSpan(context));
  return isSpanned(runId) || makeSpans(handlersOfEveryRun()) || isOfCall(fieldsOf(attributes));
}

/** Instrumentations put theirs among what LangChain gives to a run of which nothing else is known. */
function handlersOfEveryRun(): readonly unknown[] {
  return CallbackManager.configure()?.handlers ?? [];
}
