import type { AIMessage } from "@langchain/core/messages";
import { ServerError } from "../../base/errors.js";
import type { ErrorBody } from "../../transport/error_body.js";
import type { ErrorContext } from "../../transport/server_error.js";

/** All words for an answer that came to an ordinary end, by OpenAI's. Whatever else a server says is a failure. */
const WORDS = {
  stop: "stop stop_sequence stop_token eos eos_token eos_token_id end_turn end_of_turn endoftext complete completed done finish finished normal pause_turn",
  // vLLM ends an answer that goes round in circles, where it is asked to: `repetition`.
  length:
    "length max_length model_length max_tokens max_new_tokens max_output_tokens max_completion_tokens token_limit model_context_window_exceeded repetition",
  tool_calls: "tool_calls tool_call tool_use function_calls",
  function_call: "function_call",
  content_filter:
    "content_filter content_filtered safety sensitive refusal recitation guardrail_intervened prohibited_content blocklist spii",
};
const MEANINGS: ReadonlyMap<string, string> = new Map(
  Object.entries(WORDS).flatMap(([meaning, words]) => words.split(" ").map((word) => [word, meaning] as const)),
);
/** Words for an answer that goes on. */
const NONE = /^(?:null|none|undefined|not_finished)?$/i;
/** Words of a failure that comes again. */
const LASTING =
  /invalid|unsupported|quota|balance|billing|denied|forbidden|unauthori[sz]ed|not_found|toxic|too_(?:long|large)/i;

const LONGEST_WORDS = 1_000;

/** Why a choice ended, in the server's words; `undefined` while it goes on. */
export function readFinishReason(raw: unknown): string | undefined {
  return typeof raw === "string" && !NONE.test(raw.trim()) ? raw : undefined;
}

const meaningOf = (raw: string): string | undefined => MEANINGS.get(raw.trim().toLowerCase().replaceAll("-", "_"));

/** OpenAI's word for a server's, given whether the answer calls tools: servers differ in what they say then. */
export function toFinishReason(raw: string, hasToolCalls: boolean): string {
  const meaning = meaningOf(raw) ?? raw;
  return hasToolCalls && (meaning === "stop" || meaning === "function_call") ? "tool_calls" : meaning;
}

/**
 * Checks why the choices of an answer ended.
 * @param output makes what the error carries: the answer as far as it is known only here
 * @param said the error beside such a choice, as OpenRouter has it
 * @throws ServerError when the server says that it gave one up
 */
export function checkFinishReasons(
  reasons: readonly (string | undefined)[],
  context: ErrorContext,
  output: () => AIMessage | undefined,
  { message, status = 500 }: ErrorBody = {},
): void {
  const reason = reasons.find((raw) => raw !== undefined && meaningOf(raw) === undefined);
  if (reason === undefined) return;
  const said = message === undefined ? "." : `: ${message.slice(0, LONGEST_WORDS)}`;
  throw new ServerError(
    `${context.server} gave the answer up (\`finish_reason\` is \`${reason.slice(0, 200)}\`)${said}`,
    {
      code: reason,
      model: context.model,
      url: context.url,
      retryable: (status >= 500 || status === 429) && !LASTING.test(reason),
      partialOutput: output(),
    },
  );
}
