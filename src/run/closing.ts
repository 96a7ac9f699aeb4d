import { merged } from "../base/merged.js";
import type { AIMessageChunk, UsageMetadata } from "@langchain/core/messages";
import type { Delivered } from "../answer/delivered.js";
import type { AnswerDelta } from "../answer/delta.js";
import type { Json } from "../base/json.js";
import type { MeteredFacts } from "../seam/gate.js";
import { toUsage } from "../base/usage.js";
import { mayHaveCost, type Attempt } from "../transport/call.js";
import { estimateUsage } from "../usage/estimate_usage.js";
import { promptParts } from "../usage/prompt_parts.js";
import type { UsageEstimate, UsageSource } from "../usage/usage.js";
import type { ModelCall } from "./model_call.js";

/** What the last chunk of an answer, or the message of a cut one, says about its spend. */
export interface Closing {
  usage: UsageMetadata;
  metadata: {
    usage_source: UsageSource;
    usage_estimate?: UsageEstimate;
    metered: MeteredFacts;
    /** How long the server took, from the first request to the last byte. Absent when nothing came. */
    metered_timing?: { total_ms: number; first_token_ms: number; streamed?: true };
    created: number;
    /** The requests of the call, when there was more than one. */
    requests?: object[];
    /** The proxy that pays for the call, and what it says that its only request cost, in USD. */
    proxy?: string;
    declared_cost_usd?: string;
  };
}

/** How an answer came to its end. */
export interface Ending {
  /** Every text that was delivered, where they are at hand; else what the reader got. */
  texts?: string[];
  /** Why the server's figure is missing, if it is. */
  reason: string;
  complete: boolean;
}

/** An answer that came to its end. */
export const complete = (texts?: string[]): Ending => ({
  reason: "the server reported no usage",
  complete: true,
  ...(texts === undefined ? {} : { texts }),
});

const LOST = "a request of the call was lost on the way, and may have been charged too";

/** The server's figure, or ours with a flag and bounds. Never nothing, and zero only when nothing was sent. */
export async function closingOf(call: ModelCall, ending: Ending): Promise<Closing> {
  const { attempts, settings } = call;
  const metadata = {
    metered: settings.facts,
    ...timingOf(call),
    created: Math.floor(Date.now() / 1000),
    ...requestsOf(attempts),
    ...call.granted?.metadata,
  };
  const { answered, lost } = call.unreported;
  const isReported = answered + lost === 0;
  if (call.usage && isReported) return { usage: call.usage, metadata: { usage_source: "server", ...metadata } };
  if (isReported) {
    const estimate: UsageEstimate = { reason: ending.reason, inputTokens: [0, 0], outputTokens: [0, 0] };
    return { usage: toUsage(0, 0), metadata: { usage_source: "estimated", usage_estimate: estimate, ...metadata } };
  }
  const { usage, estimate } = await estimateUsage({
    prompt: promptParts(call.messages, settings.tools, schemasOf(settings.params)),
    delivered: ending.texts ?? deliveredTexts(call.delivered),
    reason: call.usage && answered === 0 ? LOST : ending.reason,
    complete: ending.complete,
    maxOutputTokens: call.maxOutputTokens === undefined ? undefined : call.maxOutputTokens * settings.n,
    running: call.running,
    answered,
    lost,
    reported: call.usage,
  });
  return { usage, metadata: { usage_source: "estimated", usage_estimate: estimate, ...metadata } };
}

/**
 * What is known of a call's requests beside their sums. Behind a proxy each that may have cost something has a cost, or
 * `null` where the proxy did not say it.
 */
function requestsOf(
  attempts: readonly Attempt[],
): Pick<Closing["metadata"], "requests" | "proxy" | "declared_cost_usd"> {
  const proxy = attempts.find((attempt) => attempt.proxy !== undefined)?.proxy;
  const [{ declared_cost_usd: cost } = {}] = attempts;
  if (attempts.length < 2)
    return proxy === undefined ? {} : { proxy, ...(cost === undefined ? {} : { declared_cost_usd: cost }) };
  const toRequest = (attempt: Attempt) =>
    proxy !== undefined && mayHaveCost(attempt) ? { declared_cost_usd: null, ...attempt } : { ...attempt };
  return { requests: attempts.map(toRequest), ...(proxy === undefined ? {} : { proxy }) };
}

/** Other parts of a request that templates may write into its prompt: schemas, and fields of their own. */
export function schemasOf({ tools: _, options: _ofOllama, ...params }: Json): unknown[] {
  return Object.values(params).filter((value) => typeof value === "object");
}

function timingOf(call: ModelCall): Pick<Closing["metadata"], "metered_timing"> {
  const { sentAt, firstByteAt, lastByteAt, isStreamed } = call;
  if (sentAt === undefined || firstByteAt === undefined || lastByteAt === undefined) return {};
  const timing = { total_ms: lastByteAt - sentAt, first_token_ms: firstByteAt - sentAt };
  return { metered_timing: isStreamed ? { ...timing, streamed: true } : timing };
}

/** Everything that was delivered to the reader, for our own count. */
function deliveredTexts(delivered: Delivered): string[] {
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

/** A delta with what the end of the answer says. */
export function withClosing(delta: AnswerDelta, closing: Closing): AnswerDelta {
  return merged(delta, { usage: closing.usage, metadata: merged(delta.metadata, closing.metadata) });
}
