import { AIMessageChunk } from "@langchain/core/messages";
import { attempt } from "../base/attempt.js";
import { MeteredError, ServerError } from "../base/errors.js";
import { isErrorLike } from "../transport/error_like.js";
import type { AnswerDecoder } from "./delta.js";

/** How engines say that they have come to a limit: of the stack, or of the length of a text or a list. */
const LIMIT = /call stack|recursion|(string|array) length|allocation|longer than/i;

/** True for an error of the engine that has come to one of its limits. */
export function isEngineLimit(error: unknown): error is Error {
  // Firefox has another name for it.
  return (
    isErrorLike(error) && (error.name === "RangeError" || error.name === "InternalError") && LIMIT.test(error.message)
  );
}

/** An answer that this package could not read, or could not deal with. Never retryable: the next one would be like it. */
export function unreadable(cause: Error): ServerError {
  const hint = "What the server said of usage is in `partialOutput`.";
  return new ServerError(`The answer could not be read: \`${cause.message.slice(0, 200)}\`. ${hint}`, {
    status: 200,
    retryable: false,
    cause,
  });
}

/**
 * The typed error for what was thrown while an answer was decoded. Of one that had ended, the server's figure is on it;
 * of any other the call knows what figure was running.
 */
export function decodingError(error: unknown, decoder: AnswerDecoder): unknown {
  if (!isErrorLike(error) || MeteredError.isInstance(error)) return error;
  const failure = unreadable(error);
  const {
    input_tokens: input,
    output_tokens: output,
    ...more
  } = attempt(() => (decoder.finished ? decoder.runningUsage : undefined), undefined) ?? {};
  if (input === undefined || output === undefined) return failure;
  const usage_metadata = { ...more, input_tokens: input, output_tokens: output, total_tokens: input + output };
  failure.partialOutput = new AIMessageChunk({ content: "", usage_metadata });
  return failure;
}
