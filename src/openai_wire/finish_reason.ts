import { ServerError } from "../errors.js";

/** The server's words for an end that is an ordinary one. */
const STOPS = new Set(["stop_sequence", "eos_token", "eos", "end_turn", "stop_token"]);
/** The server's words for an answer that it gave up. */
const FAILURES = new Set(["abort", "error", "parse_error", "aborted"]);

/** OpenAI's word for a server's, given whether the answer calls tools: servers differ in what they say then. */
export function toFinishReason(raw: string, hasToolCalls: boolean): string {
  if (hasToolCalls && (raw === "stop" || raw === "function_call" || STOPS.has(raw))) return "tool_calls";
  return STOPS.has(raw) ? "stop" : raw;
}

/** @throws ServerError when the server says that it gave the answer up */
export function checkFinishReason(raw: string, server: string): void {
  if (FAILURES.has(raw)) {
    throw new ServerError(`${server} gave the answer up (\`finish_reason\` is \`${raw}\`).`, {
      code: raw,
      retryable: true,
    });
  }
}
