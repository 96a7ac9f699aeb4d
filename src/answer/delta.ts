import type { UsageMetadata } from "@langchain/core/messages";
import type { PartialUsage } from "../usage/usage.js";
import type { ThoughtInText } from "./think_tags.js";

/** A piece of a tool call. `index` tells the calls of one answer apart; `id` and `name` come with the first piece. */
export interface ToolCallDelta {
  index: number;
  /** The call's id. */
  id?: string;
  /** The tool's name. */
  name?: string;
  /** A slice of the arguments' JSON text. */
  args?: string;
}

/**
 * One piece of a model's answer, the same for every wire. A whole answer is the sum of its deltas; an answer that was
 * not streamed is one delta.
 */
export interface AnswerDelta {
  /** Which of `n` answers this belongs to. @default 0 */
  choice?: number;
  /** Text of the answer. */
  text?: string;
  /** Text of a thought. */
  reasoning?: string;
  /** The beginning of all the text so far was a thought: nobody knew it when it was given out. On one delta only. */
  thoughtInText?: ThoughtInText;
  /** Pieces of tool calls. */
  toolCalls?: ToolCallDelta[];
  /** Why the answer ended, on one delta of each choice. */
  finishReason?: string;
  /** Token log probabilities in the server's shape. */
  logprobs?: Record<string, unknown>;
  /** The server's own figure for the whole request, on one delta only. Absent when it gave none. */
  usage?: UsageMetadata;
  /** The server's figure where it is not whole, such as one count of the two. On one delta only, instead of `usage`. */
  partialUsage?: PartialUsage;
  /** What a proxy says that the request cost, in USD: a decimal, on one delta only. */
  declaredCostUsd?: string;
  /** Facts for `response_metadata`; each key on one delta only, since LangChain concatenates strings and adds numbers. */
  metadata?: Record<string, unknown>;
  /** Facts for `additional_kwargs`; each key on one delta only. */
  extra?: Record<string, unknown>;
}

/** True for a delta that has text or a thought, and nothing else: nearly all of a stream. */
export function isOnlyText(delta: AnswerDelta): boolean {
  for (const name in delta) if (name !== "text" && name !== "reasoning") return false;
  return true;
}

/** Turns one response of a wire into deltas. Made anew for each request. */
export interface AnswerDecoder {
  /** Decodes one event of a stream. @throws ServerError when the event is an error. */
  push(event: unknown): AnswerDelta[];
  /** True when the server has said that nothing more follows. */
  readonly finished: boolean;
  /** True when the whole answer has come, as far as the server says so, and only its usage or an end mark may follow. */
  readonly isAnswered: boolean;
  /** The closing deltas (held-back text, usage, metadata). @throws StreamTruncatedError when the answer was cut off. */
  end(): AnswerDelta[];
  /** The last deltas of an answer that was cut short: gives out what was held back, read as what it looks like so far. */
  cut(): AnswerDelta[];
  /** The server's latest figure that is running or not whole: the best that is known of an answer that is cut short. */
  readonly runningUsage: PartialUsage | undefined;
  /** The answer's id, as the server gave it. @default the server gives none */
  readonly answerId?: string | undefined;
}
