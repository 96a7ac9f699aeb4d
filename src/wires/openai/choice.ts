import type { AnswerDelta } from "../../answer/delta.js";
import { isObject, nonEmpty, type Json } from "../../base/json.js";
import type { WireUsage } from "../../usage/credible.js";
import type { Dialect } from "./dialect.js";
import { toFinishReason } from "./finish_reason.js";

/** The calls of a message or a delta, the one of the API's older form among them. */
export function callsOf(message: Json): unknown[] {
  if (Array.isArray(message.tool_calls)) return message.tool_calls;
  return isObject(message.function_call) ? [message.function_call] : [];
}

/** Adds what of a choice is handed on as it came. */
export function addExtras(delta: AnswerDelta, choice: Json, message: Json): void {
  if (isObject(choice.logprobs)) delta.logprobs = choice.logprobs;
  const refusal = nonEmpty(message.refusal);
  if (refusal !== undefined) delta.extra = { refusal };
}

/** Adds to the first choice what is known of the answer as a whole. */
export function addClosing(
  delta: AnswerDelta,
  { usage, partial }: WireUsage,
  metadata: Record<string, unknown>,
  { completeUsage }: Dialect,
): void {
  delta.metadata = metadata;
  if (usage) delta.usage = completeUsage?.(usage, metadata) ?? usage;
  else if (partial) delta.partialUsage = partial;
}

/** Why a choice ended, in OpenAI's words. The server's own, where it is another, goes into the metadata. */
export function readFinish(
  said: string | undefined,
  hasToolCalls: boolean,
  metadata: Record<string, unknown> | undefined,
): string {
  const finishReason = toFinishReason(said ?? "stop", hasToolCalls);
  if (metadata && said !== undefined && said !== finishReason) metadata.finish_reason_raw = said;
  return finishReason;
}
