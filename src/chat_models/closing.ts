import type { AIMessageChunk, UsageMetadata } from "@langchain/core/messages";
import { ChatGenerationChunk } from "@langchain/core/outputs";
import { assembleChunks } from "../answer/assemble.js";
import { MeteredMessageChunk } from "../answer/chunk.js";
import type { AnswerDelta } from "../answer/delta.js";
import type { MeteredFacts } from "../seam/gate.js";
import { estimateUsage, promptParts } from "../usage/estimate.js";
import { toUsage, type UsageEstimate, type UsageSource } from "../usage/usage.js";
import type { ModelCall } from "./model_call.js";

/** What the last chunk of an answer, or the message of a cut one, says about its spend. */
export interface Closing {
  usage: UsageMetadata;
  metadata: {
    usage_source: UsageSource;
    usage_estimate?: UsageEstimate;
    metered: MeteredFacts;
    created: number;
    /** The requests of the call, when there was more than one. */
    requests?: object[];
  };
}

/** How an answer came to its end. */
export interface Ending {
  tools: readonly unknown[];
  facts: MeteredFacts;
  /** Why the server's figure is missing, if it is. */
  reason: string;
  complete: boolean;
}

/** The server's figure, or ours with a flag and bounds. Never nothing, and zero only when nothing was sent. */
export async function closingOf(call: ModelCall, answers: readonly string[], ending: Ending): Promise<Closing> {
  const { attempts } = call;
  const metadata = {
    metered: ending.facts,
    created: Math.floor(Date.now() / 1000),
    ...(attempts.length > 1 ? { requests: attempts.map((attempt) => ({ ...attempt })) } : {}),
  };
  const requests = call.unreported(ending.complete);
  if (call.usage && requests === 0) return { usage: call.usage, metadata: { usage_source: "server", ...metadata } };
  if (!call.reachedServer) {
    const estimate: UsageEstimate = { reason: ending.reason, inputTokens: [0, 0], outputTokens: [0, 0] };
    return { usage: toUsage(0, 0), metadata: { usage_source: "estimated", usage_estimate: estimate, ...metadata } };
  }
  const { usage, estimate } = await estimateUsage({
    prompt: promptParts(call.messages, ending.tools),
    delivered: answers,
    reason: ending.reason,
    complete: ending.complete,
    maxOutputTokens: call.maxOutputTokens,
    running: call.running,
    requests: Math.max(1, requests),
    reported: call.usage,
  });
  return { usage, metadata: { usage_source: "estimated", usage_estimate: estimate, ...metadata } };
}

/** Everything that was delivered to the reader, for our own count. */
export function deliveredTexts(chunks: readonly ChatGenerationChunk[]): string[] {
  const whole = assembleChunks(chunks)?.message as AIMessageChunk | undefined;
  if (!whole) return [];
  const reasoning = whole.additional_kwargs.reasoning_content;
  const calls = whole.tool_call_chunks ?? [];
  return [whole.text, typeof reasoning === "string" ? reasoning : "", ...calls.map((call) => `${call.name ?? ""}${call.args ?? ""}`)];
}

/** The same for answers that came whole. */
export function answerTexts(answers: readonly AnswerDelta[]): string[] {
  return answers.flatMap(({ text, reasoning, toolCalls }) => [
    text ?? "",
    reasoning ?? "",
    ...(toolCalls ?? []).map((call) => `${call.name ?? ""}${call.args ?? ""}`),
  ]);
}

/** The message of an answer that was cut short: what was delivered, with its usage. */
export function partialGeneration(call: ModelCall, provider: string, closing: Closing): ChatGenerationChunk {
  const end = new MeteredMessageChunk({
    content: "",
    id: call.messageId,
    response_metadata: { model_provider: provider, ...closing.metadata },
    usage_metadata: closing.usage,
  });
  const whole = call.delivered.filter((chunk) => (chunk.message as AIMessageChunk).usage_metadata === undefined);
  const chunks = [...whole, new ChatGenerationChunk({ text: "", message: end })];
  return assembleChunks(chunks) ?? new ChatGenerationChunk({ text: "", message: end });
}

/** True for an error that says already what was delivered before it. */
export function hasPartialOutput(error: unknown): boolean {
  return typeof error === "object" && error !== null && "partialOutput" in error && error.partialOutput !== undefined;
}

/** Puts a partial message on an error that has none yet. */
export function withPartialOutput(error: unknown, message: AIMessageChunk): unknown {
  if (typeof error !== "object" || error === null || hasPartialOutput(error)) return error;
  Object.defineProperty(error, "partialOutput", { value: message, writable: true, configurable: true, enumerable: true });
  return error;
}
