import type { UsageMetadata } from "@langchain/core/messages";
import { addUsage, toUsage } from "../base/usage.js";
import { above, plus, times, type Estimate } from "./bounds.js";
import { LONGEST_TOKEN_CHARACTERS } from "./characters.js";
import { Counting } from "./counting.js";
import type { Pace } from "./pace.js";
import type { CountMethod } from "./count_memory.js";
import { estimatePrompt, methodOf } from "./estimate.js";
import type { PromptParts } from "./prompt_parts.js";
import type { PartialUsage, UsageEstimate } from "./usage.js";

/** What is known of a call that has requests whose usage the server did not report. */
export interface UnreportedCall {
  prompt: PromptParts;
  /** Everything that was delivered: text, reasoning, tool calls. */
  delivered: readonly string[];
  /** Why there is no report, in words that end a sentence: `the stream was left by its reader`. */
  reason: string;
  /** The answer came to its end. The server may have generated more all the same, such as reasoning that it hides. */
  complete: boolean;
  /** The most output tokens that one request allowed, in all of its answers. */
  maxOutputTokens?: number;
  /** What the server said of the last answer, where that is not a whole figure: a running one, or one count of the two. */
  running?: PartialUsage;
  /** Requests that were answered, at least in part, without a report. */
  answered: number;
  /** Requests without an answer that may have been charged all the same. */
  lost: number;
  /** The sum of the call's other requests, which were reported. */
  reported?: UsageMetadata;
}

/** One side of usage, and by what it was counted. */
type Counted = Estimate<number | undefined> & { method: CountMethod };

/**
 * Usage by our own count, and how sure it is.
 * @param pace how much it may cost. @default 100 ms, and what a prompt of ordinary length needs
 */
export async function estimateUsage(
  call: UnreportedCall,
  pace?: Pace,
): Promise<{ usage: UsageMetadata; estimate: UsageEstimate }> {
  const { reported, running, answered } = call;
  const before = reported ?? toUsage(0, 0);
  const counting = await Counting.start(pace);
  // The answer first: it is short, and the dearer one of the two.
  const output = await estimateOutput(call, counting);
  const input = await estimateInput(call, counting);
  const cached = answered > 0 ? running?.input_token_details?.cache_read : undefined;
  const cachedBefore = before.input_token_details?.cache_read ?? 0;
  const method = methodOf([input, output], counting);
  return {
    usage: addUsage(reported, toUsage(input.tokens, output.tokens, { cacheRead: cached })),
    estimate: {
      reason: call.reason,
      inputTokens: above(before.input_tokens, input),
      outputTokens: above(before.output_tokens, output),
      cachedInputTokens: [cachedBefore + (cached ?? input.low), cachedBefore + (cached ?? 0)],
      ...(method === "o200k" ? {} : { method }),
    },
  };
}

async function estimateInput(
  { prompt, delivered, complete, running, answered, lost, reported }: UnreportedCall,
  counting: Counting,
): Promise<Counted> {
  const said = answered > 0 ? running?.input_tokens : undefined;
  // Without a piece of an answer nothing says that the prompt was read at all.
  const wasRead = answered > 0 && reported === undefined && (complete || delivered.some((text) => text !== ""));
  const others = Math.max(0, answered - 1);
  // The server has counted the only prompt that there was.
  if (said !== undefined && others + lost === 0)
    return { tokens: said, low: said, high: said, method: counting.method };
  const isCounted = others > 0 || (answered > 0 ? said === undefined : reported === undefined);
  const one = await estimatePrompt(prompt, counting, isCounted ? "count" : "bounds");
  const last = said ?? (answered > 0 ? one.high : 0);
  return {
    tokens: answered > 0 ? (said ?? one.tokens) + others * one.tokens : reported === undefined ? one.tokens : 0,
    low: said ?? (wasRead ? one.low : 0),
    high: last + (others + lost) * one.high,
    method: isCounted ? one.method : counting.method,
  };
}

async function estimateOutput(
  { delivered, complete, running, answered, lost, reported, maxOutputTokens: limit }: UnreportedCall,
  counting: Counting,
): Promise<Counted> {
  const said = running?.output_tokens;
  const ofLost = times(limit, lost);
  const { method } = counting;
  if (answered === 0) return { tokens: 0, low: 0, high: ofLost, method };
  if (complete && said !== undefined && answered === 1)
    return { tokens: said, low: said, high: plus(said, ofLost), method };
  const [counted] = await counting.count([{ texts: delivered }]);
  // What was delivered of the requests that were reported is in their figure already.
  const before = reported?.output_tokens ?? 0;
  const tokens = (counted?.tokens ?? 0) - before;
  const characters = delivered.reduce((total, text) => total + text.length, 0);
  const low = Math.max(0, said ?? 0, Math.ceil(characters / LONGEST_TOKEN_CHARACTERS) - before);
  // The token that ends an answer is charged, and is all there is of an empty one.
  const least = complete ? Math.max(low, 1) : low;
  const ofAnswered = times(limit, answered);
  const most = ofAnswered === undefined ? undefined : Math.max(ofAnswered, low);
  return {
    tokens: Math.min(Math.max(tokens, least), most ?? Infinity),
    low,
    high: plus(most, ofLost),
    method: counted?.method ?? method,
  };
}
