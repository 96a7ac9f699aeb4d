import { ChatMessage, type BaseMessage } from "@langchain/core/messages";
import { ConfigurationError } from "../base/errors.js";
import { notFit } from "../base/check_given.js";
import { isObject } from "../base/json.js";
import { isMessageLike } from "../base/message_like.js";
import { shown } from "../base/shown.js";

/** Roles that a `ChatMessage` may have; servers drop or refuse others without a word. */
const ROLES = new Set(["system", "developer", "user", "human", "assistant", "ai", "tool"]);
const TYPES = new Set(["human", "ai", "system", "developer", "tool", "function", "generic"]);

/**
 * What no server answers sensibly is refused before it is sent.
 * @throws ConfigurationError
 */
export function checkMessages(messages: readonly BaseMessage[]): void {
  if (messages.length === 0) {
    throw new ConfigurationError(
      "messages",
      "There are no messages (`[]`).",
      "Pass at least one.",
      "INVALID_PROMPT_INPUT",
    );
  }
  messages.forEach((message, position) => {
    checkContent(message.content, position);
    const role = ChatMessage.isInstance(message) ? message.role : message.getType();
    if (ChatMessage.isInstance(message) ? ROLES.has(role) : TYPES.has(role)) return;
    throw new ConfigurationError(
      "messages",
      `\`messages[${position}]\` has the role \`${role}\`, which no server knows.`,
      "Use system, user, assistant or tool.",
      "INVALID_PROMPT_INPUT",
    );
  });
}

/**
 * What a model is called with must be a prompt; untyped callers pass one message without its list.
 * @throws ConfigurationError
 */
export function checkInput(input: unknown): void {
  if (Array.isArray(input)) return checkItems(input);
  if (typeof input === "string" || (isObject(input) && "toChatMessages" in input)) return;
  throw new ConfigurationError(
    "messages",
    `The model was called with \`${shown(input)}\`.`,
    `${remedyFor(input)}Pass a text, a list of messages, or a prompt.`,
    "INVALID_PROMPT_INPUT",
  );
}

/** What was forgotten, where that is seen. */
function remedyFor(input: unknown): string {
  if (!isObject(input)) return "";
  if (typeof input.then === "function") return "Await it first. ";
  return isMessageLike(input) ? "Put it into a list. " : "";
}

/** @throws ConfigurationError for what is no list of messages */
export function checkMessageList(messages: unknown): void {
  if (!Array.isArray(messages)) throw notFit("messages", messages, "Pass a list of messages.");
  checkItems(messages);
}

/** Core would say of these that it cannot read a property of null. */
function checkItems(messages: readonly unknown[]): void {
  const index = messages.findIndex((message) => !isMessageLike(message));
  if (index < 0) return;
  throw new ConfigurationError(
    "messages",
    `\`messages[${index}]\` is \`${shown(messages[index])}\`.`,
    "Pass messages, texts, or `{ role, content }`.",
    "INVALID_PROMPT_INPUT",
  );
}

/** A list's items are blocks; untyped callers put anything there. */
function checkContent(content: unknown, position: number): void {
  if (!Array.isArray(content)) return;
  const index = content.findIndex((block: unknown) => !isObject(block));
  if (index < 0) return;
  throw new ConfigurationError(
    "messages",
    `\`messages[${position}].content[${index}]\` is \`${shown(content[index])}\`.`,
    'Pass a text as the content, or blocks such as `{ type: "text", text }`.',
    "INVALID_PROMPT_INPUT",
  );
}
