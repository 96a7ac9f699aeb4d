import type { AIMessageChunk } from "@langchain/core/messages";
import { toChunk } from "../answer/chunk.js";
import type { AnswerDecoder, AnswerDelta } from "../answer/delta.js";
import { MeteredError, ServerError } from "../errors.js";
import { NdjsonFramer } from "../transport/ndjson.js";
import type { ErrorContext } from "../transport/server_error.js";

/**
 * Reads an answer that came whole. Usually that is one object; a server or a proxy that streams all the same is read to
 * its end.
 * @throws ServerError for an error or an empty body with status 200
 * @throws StreamTruncatedError for an answer that was not finished; what came of it is its `partialOutput`
 */
export function readWhole(text: string, decoder: AnswerDecoder, context: ErrorContext): AnswerDelta[] {
  if (text.trim() === "") throw emptyBody(context);
  let answer: AnswerDelta = {};
  try {
    for (const event of eventsOf(text)) answer = decoder.push(event).reduce(mergeDeltas, answer);
    return [decoder.end().reduce(mergeDeltas, answer)];
  } catch (error) {
    throw MeteredError.isInstance(error) ? withAnswer(error, answer) : error;
  }
}

/** An error with what came before it, which nobody has seen yet. */
function withAnswer(error: MeteredError, answer: AnswerDelta): MeteredError {
  if (Object.keys(answer).length > 0)
    error.partialOutput = toChunk(answer, "ollama", undefined).message as AIMessageChunk;
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

/** Two pieces of one answer as one. */
function mergeDeltas(a: AnswerDelta, b: AnswerDelta): AnswerDelta {
  const merged: AnswerDelta = { ...a, ...b };
  if (a.text !== undefined && b.text !== undefined) merged.text = a.text + b.text;
  if (a.reasoning !== undefined && b.reasoning !== undefined) merged.reasoning = a.reasoning + b.reasoning;
  if (a.toolCalls && b.toolCalls) merged.toolCalls = [...a.toolCalls, ...b.toolCalls];
  if (a.logprobs && b.logprobs) merged.logprobs = { content: [...contentOf(a.logprobs), ...contentOf(b.logprobs)] };
  return merged;
}

const contentOf = ({ content }: Record<string, unknown>): unknown[] => (Array.isArray(content) ? content : []);

function emptyBody(context: ErrorContext): ServerError {
  return new ServerError(`${context.server} answered 200 with an empty body. Is it Ollama's address?`, {
    status: 200,
    model: context.model,
    url: context.url,
    retryable: false,
  });
}
