import { ChatMessage, type BaseMessage } from "@langchain/core/messages";
import { ConfigurationError } from "../errors.js";
import type { MeteredChatModelInput } from "./options.js";
import { shown } from "./shown.js";

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

type Check = [option: keyof MeteredChatModelInput, low: number, high: number, whole: boolean];

const CHECKS: Check[] = [
  ["temperature", 0, 2, false],
  ["topP", 0, 1, false],
  ["maxTokens", 1, Infinity, true],
  ["n", 1, 128, true],
  ["topLogprobs", 0, 20, true],
  ["timeout", 0, Infinity, false],
  ["idleTimeout", 0, Infinity, false],
  ["firstByteTimeout", 0, Infinity, false],
  ["maxRetries", 0, Infinity, false],
  ["maxConcurrency", 1, Infinity, true],
];

/**
 * Checks the numbers that a user wrote.
 * @throws ConfigurationError that names the option and its range
 */
export function checkSampling(fields: { [Option in keyof MeteredChatModelInput]?: unknown }): void {
  for (const [option, low, high, whole] of CHECKS) {
    const value: unknown = fields[option];
    if (value === undefined || value === null) continue;
    const fits =
      typeof value === "number" &&
      value >= low &&
      value <= high &&
      (!whole || Number.isInteger(value) || value === Infinity);
    if (fits) continue;
    const range = high === Infinity ? `at least ${low}` : `from ${low} to ${high}`;
    throw new ConfigurationError(
      option,
      `\`${option}\` is \`${shown(value)}\`.`,
      `It must be a ${whole ? "whole " : ""}number ${range}.`,
    );
  }
}
