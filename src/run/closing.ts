import { AIMessage, type AIMessageChunk, type UsageMetadata } from "@langchain/core/messages";
import { ChatGenerationChunk } from "@langchain/core/outputs";
import { MeteredMessageChunk } from "../answer/chunk.js";
import type { Delivered } from "../answer/delivered.js";
import type { AnswerDelta } from "../answer/delta.js";
import type { MeteredFacts } from "../seam/gate.js";
import { estimateUsage, type PromptParts } from "../usage/estimate.js";
import { toUsage, type UsageEstimate, type UsageSource } from "../usage/usage.js";
import type { ModelCall } from "./model_call.js";

/** What the last chunk of an answer, or the message of a cut one, says about its spend. */
export interface Closing {
  usage: UsageMetadata;
  metadata: {
    usage_source: UsageSource;
    usage_estimate?: UsageEstimate;
    metered: MeteredFacts;
    /** How long the server took, from the first request to the last byte. Absent when nothing came. */
    metered_timing?: { total_ms: number; first_token_ms: number };
    created: number;
    /** The requests of the call, when there was more than one. */
    requests?: object[];
  };
}

/** How an answer came to its end. */
export interface Ending {
  /** What was asked, and every text that was delivered: looked at only where the server did not count. */
  prompt: () => PromptParts;
  delivered: () => string[];
  /** How many answers each request asked for. */
  answersPerRequest: number;
  facts: MeteredFacts;
  /** Why the server's figure is missing, if it is. */
  reason: string;
  complete: boolean;
}

const LOST = "a request of the call was lost on the way, and may have been charged too";

/** The server's figure, or ours with a flag and bounds. Never nothing, and zero only when nothing was sent. */
export async function closingOf(call: ModelCall, ending: Ending): Promise<Closing> {
  const { attempts } = call;
  const metadata = {
    metered: ending.facts,
    ...timingOf(call),
    created: Math.floor(Date.now() / 1000),
    ...(attempts.length > 1 ? { requests: attempts.map((attempt) => ({ ...attempt })) } : {}),
  };
  const { answered, lost } = call.unreported;
  const isReported = answered + lost === 0;
  if (call.usage && isReported) return { usage: call.usage, metadata: { usage_source: "server", ...metadata } };
  if (isReported) {
    const estimate: UsageEstimate = { reason: ending.reason, inputTokens: [0, 0], outputTokens: [0, 0] };
    return { usage: toUsage(0, 0), metadata: { usage_source: "estimated", usage_estimate: estimate, ...metadata } };
  }
  const { usage, estimate } = await estimateUsage({
    prompt: ending.prompt(),
    delivered: ending.delivered(),
    reason: call.usage && answered === 0 ? LOST : ending.reason,
    complete: ending.complete,
    maxOutputTokens: call.maxOutputTokens === undefined ? undefined : call.maxOutputTokens * ending.answersPerRequest,
    running: call.running,
    answered,
    lost,
    reported: call.usage,
  });
  return { usage, metadata: { usage_source: "estimated", usage_estimate: estimate, ...metadata } };
}

function timingOf({ sentAt, firstByteAt, lastByteAt }: ModelCall): Pick<Closing["metadata"], "metered_timing"> {
  if (sentAt === undefined || firstByteAt === undefined || lastByteAt === undefined) return {};
  return { metered_timing: { total_ms: lastByteAt - sentAt, first_token_ms: firstByteAt - sentAt } };
}

/** Everything that was delivered to the reader, for our own count. */
export function deliveredTexts(delivered: Delivered): string[] {
  const whole = delivered.whole()?.message as AIMessageChunk | undefined;
  if (!whole) return [];
  const reasoning = whole.additional_kwargs.reasoning_content;
  const calls = whole.tool_call_chunks ?? [];
  return [
    whole.text,
    typeof reasoning === "string" ? reasoning : "",
    ...calls.map((call) => `${call.name ?? ""}${call.args ?? ""}`),
  ];
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
  return call.delivered.wholeWith(new ChatGenerationChunk({ text: "", message: end }));
}

/** The message on an error. One of a call that is accounted for says what pricing needs. */
export function partialOutputOf(error: unknown): { message: AIMessage | undefined; isAccounted: boolean } {
  const message: unknown =
    typeof error === "object" && error !== null && "partialOutput" in error ? error.partialOutput : undefined;
  if (!AIMessage.isInstance(message)) return { message: undefined, isAccounted: false };
  return { message, isAccounted: "usage_source" in message.response_metadata };
}

/** Puts the message of a call on its error. */
export function withPartialOutput(error: unknown, message: AIMessageChunk): unknown {
  if (typeof error !== "object" || error === null) return error;
  Object.defineProperty(error, "partialOutput", {
    value: message,
    writable: true,
    configurable: true,
    enumerable: true,
  });
  return error;
}
