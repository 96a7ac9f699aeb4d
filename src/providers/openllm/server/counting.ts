import type { BindToolsInput } from "@langchain/core/language_models/chat_models";
import type { BaseMessage } from "@langchain/core/messages";
import { CallTimeoutError, ConfigurationError } from "../../../base/errors.js";
import { TOKEN_COUNTERS, type CountedPrompt, type Post, type TokenCounter } from "./token_counters.js";
import { shown } from "../../../base/shown.js";
import { Counting } from "../../../usage/counting.js";
import { FOR_COUNTS } from "../../../usage/pace.js";
import { estimatePrompt } from "../../../usage/estimate.js";
import { promptParts } from "../../../usage/prompt_parts.js";
import { toToolDefinitions } from "../../../models/tools.js";
import type { ServerKnowledge } from "../negotiate/knowledge.js";
import { isUnanswerable } from "./probe.js";

/** How many tokens a prompt has, and how that is known. */
export interface TokenCount {
  tokens: number;
  /** `"server"`: counted by the server with its own template and vocabulary, the figure that it will charge. */
  source: "server" | "estimated";
  /** The endpoint or the formula that was used. */
  method: string;
  /** For an estimate, figures that contain the true one. */
  bounds?: readonly [low: number, high: number];
}

/**
 * Has the server count a prompt. The way that works is remembered, and so is that none does; a server that is merely
 * down is asked again the next time.
 */
export async function countOnServer(
  post: Post,
  prompt: CountedPrompt,
  knowledge: ServerKnowledge,
): Promise<TokenCount | undefined> {
  if (knowledge.counter === null) return undefined;
  const usable = TOKEN_COUNTERS.filter(({ countsImages }) => countsImages === true || !prompt.hasImages);
  const known = usable.find(({ name }) => name === knowledge.counter);
  let isCertain = !prompt.hasImages;
  for (const counter of known ? [known] : usable) {
    const result = await tryCounter(counter, post, prompt);
    if (typeof result === "number") {
      knowledge.counter = counter.name;
      return { tokens: result, source: "server", method: counter.name };
    }
    if (result !== "absent") isCertain = false;
    // A server that is too slow for one question is not asked five more.
    if (result === "late") break;
  }
  if (isCertain && !known) knowledge.counter = null;
  return undefined;
}

async function tryCounter(
  counter: TokenCounter,
  post: Post,
  prompt: CountedPrompt,
): Promise<number | "absent" | "failed" | "late"> {
  try {
    return (await counter.count(post, prompt)) ?? "absent";
  } catch (error) {
    if (CallTimeoutError.isInstance(error)) return "late";
    return isUnanswerable(error) ? "absent" : "failed";
  }
}

/** Counts a prompt in the wire's form, `{ role, content, ... }`. */
export type PromptCounter = (messages: readonly object[]) => number | Promise<number>;

/** What to count beside the messages, and how. */
export interface CountTokensOptions {
  /** Tools of the call that is meant: they are part of the prompt. */
  tools?: BindToolsInput[] | undefined;
  /** The choice among them: "none" sends none. */
  tool_choice?: unknown;
  /** As in the call that is meant: they shape the prompt. */
  chatTemplateKwargs?: Record<string, unknown> | undefined;
  /** Further fields of that call's body, by their names on the wire. */
  extraBody?: Record<string, unknown> | undefined;
  /**
   * `"auto"`: the server's count, or an estimate. `"estimate"`: ours, offline. A function: yours, which is given the
   * messages as they would be sent, such as `originTokenCount` of `langchain-metered/origin`.
   * @default "auto"
   */
  method?: "auto" | "estimate" | PromptCounter | undefined;
  /** Ends the count when it is aborted. */
  signal?: AbortSignal | undefined;
}

/** Our own count: offline, by the o200k vocabulary and what templates usually add. */
export async function estimateCount(
  messages: readonly BaseMessage[],
  tools: readonly BindToolsInput[],
): Promise<TokenCount> {
  const counting = await Counting.start(FOR_COUNTS);
  const { tokens, low, high, method } = await estimatePrompt(promptParts(messages, toToolDefinitions(tools)), counting);
  return { tokens, source: "estimated", method, bounds: [low, high] };
}

/** The count by the user's own function. */
export async function givenCount(counter: PromptCounter, wire: readonly object[]): Promise<TokenCount> {
  return { tokens: await counter(wire), source: "estimated", method: "given" };
}

/** @throws ConfigurationError for a name that is none */
export function checkMethod(method: unknown): void {
  if (method === undefined || method === "auto" || method === "estimate" || typeof method === "function") return;
  throw new ConfigurationError(
    "method",
    `\`method\` is ${shown(method)}.`,
    method === "origin"
      ? "Pass the formula itself: `originTokenCount` of `langchain-metered/origin`."
      : 'Use "auto", "estimate", or a function.',
  );
}
