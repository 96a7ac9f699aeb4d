import type { AIMessage } from "@langchain/core/messages";
import { ServerError } from "../../base/errors.js";
import type { ErrorContext } from "../../transport/server_error.js";

/** The server's words for an end that is an ordinary one. */
const STOPS = new Set(["stop_sequence", "eos_token", "eos", "end_turn", "stop_token"]);
/** The server's words for an answer that it gave up. */
const FAILURES = new Set(["abort", "error", "parse_error", "aborted"]);

/** OpenAI's word for a server's, given whether the answer calls tools: servers differ in what they say then. */
export function toFinishReason(raw: string, hasToolCalls: boolean): string {
  if (hasToolCalls && (raw === "stop" || raw === "function_call" || STOPS.has(raw))) return "tool_calls";
  return STOPS.has(raw) ? "stop" : raw;
}

/**
 * Checks why the choices of an answer ended.
 * @param output makes what the error carries: the answer as far as it is known only here
 * @throws ServerError when the server says that it gave one up
 */
export function checkFinishReasons(
  reasons: readonly unknown[],
  context: ErrorContext,
  output: () => AIMessage | undefined,
): void {
  const reason = reasons.find((raw) => typeof raw === "string" && FAILURES.has(raw));
  if (typeof reason !== "string") return;
  throw new ServerError(`${context.server} gave the answer up (\`finish_reason\` is \`${reason}\`).`, {
    code: reason,
    model: context.model,
    url: context.url,
    retryable: true,
    partialOutput: output(),
  });
}
