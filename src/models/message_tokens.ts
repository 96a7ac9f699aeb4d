import type { BaseMessage } from "@langchain/core/messages";
import { checkGiven } from "../base/check_given.js";
import { isObject } from "../base/json.js";
import { countMessages, countTextTokens } from "../usage/estimate.js";
import { messageParts } from "../usage/prompt_parts.js";

/** Tokens of a list of messages, in the form that LangChain's middleware asks OpenAI's models for. */
export interface MessageTokens {
  /** With what a template adds to the prompt as a whole. */
  totalCount: number;
  countPerMessage: number[];
}

/** Counts the texts of a message's content. */
export async function countContentTokens(content: BaseMessage["content"]): Promise<number> {
  if (typeof content === "string") return countTextTokens(content);
  checkGiven("content", content, areBlocks, "Pass a text, or a list of content blocks.");
  const texts = content.map((block) => ("text" in block && typeof block.text === "string" ? block.text : ""));
  return countTextTokens(texts.join(""));
}

const areBlocks = (value: unknown) => Array.isArray(value) && value.every(isObject);

/** Counts messages by our own vocabulary: offline, calls of tools and reasoning blocks included. */
export async function countMessageTokens(messages: readonly BaseMessage[]): Promise<MessageTokens> {
  const { ofPrompt, perMessage } = await countMessages(messages.map(messageParts));
  return { totalCount: perMessage.reduce((sum, own) => sum + own, ofPrompt), countPerMessage: perMessage };
}
