import type { AIMessageChunk } from "@langchain/core/messages";
import { toChunk } from "../../answer/chunk.js";
import type { AnswerDecoder, AnswerDelta } from "../../answer/delta.js";
import { joinDeltas } from "../../answer/join.js";
import { MeteredError, ServerError } from "../../base/errors.js";
import { NdjsonFramer } from "../../transport/ndjson.js";
import type { ErrorContext } from "../../transport/server_error.js";

/**
 * Reads an answer that came whole. Usually that is one object; a server or a proxy that streams all the same is read to
 * its end.
 * @throws ServerError for an error or an empty body with status 200
 * @throws StreamTruncatedError for an answer that was not finished; what came of it is its `partialOutput`
 */
export function readWhole(text: string, decoder: AnswerDecoder, context: ErrorContext): AnswerDelta[] {
  if (text.trim() === "") throw emptyBody(context);
  const deltas: AnswerDelta[] = [];
  try {
    for (const event of eventsOf(text)) for (const delta of decoder.push(event)) deltas.push(delta);
    return joinDeltas([...deltas, ...decoder.end()]);
  } catch (error) {
    throw MeteredError.isInstance(error) ? withAnswer(error, joinDeltas(deltas)) : error;
  }
}

/** An error with what came before it, which nobody has seen yet. */
function withAnswer(error: MeteredError, [answer]: AnswerDelta[]): MeteredError {
  if (answer) error.partialOutput = toChunk(answer, "ollama", undefined).message as AIMessageChunk;
  return error;
}

function eventsOf(text: string): unknown[] {
  try {
    return [JSON.parse(text) as unknown];
  } catch {
    const framer = new NdjsonFramer();
    return [...framer.push(new TextEncoder().encode(text)), ...framer.end()];
  }
}

function emptyBody(context: ErrorContext): ServerError {
  return new ServerError(`${context.server} answered 200 with an empty body. Is it Ollama's address?`, {
    status: 200,
    model: context.model,
    url: context.url,
    retryable: false,
  });
}
