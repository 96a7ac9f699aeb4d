import type { AnswerDelta } from "../../answer/delta.js";
import { ServerError, StreamTruncatedError } from "../../base/errors.js";
import { isObject, nonEmpty, type Json } from "../../base/json.js";
import { jsonExcerpt } from "../../base/json_excerpt.js";
import { isErrorJson } from "../../transport/error_body.js";
import { isPage, kindOfPage, shownBody } from "../../transport/page_text.js";
import { errorEvent, type ErrorContext } from "../../transport/server_error.js";
import { CutLine } from "../../transport/ndjson.js";
import { Malformed } from "../../transport/sse.js";
import { usageFromOllama } from "../../usage/from_ollama.js";
import { CalledTools } from "./called_tools.js";

const LONGEST_SHOWN = 500;

/**
 * One line of an answer as JSON.
 * @throws ServerError for an error, which comes with status 200 in the middle of a stream, and for what is no JSON object
 * @throws StreamTruncatedError for a line that stops in the middle
 */
export function checkLine(event: unknown, context: ErrorContext): Json {
  if (event instanceof CutLine) throw truncated(context);
  if (event instanceof Malformed || !isObject(event)) {
    const text = event instanceof Malformed ? event.text : jsonExcerpt(event, LONGEST_SHOWN);
    const what = isPage(text) ? kindOfPage(text) : "a line that is no JSON object";
    throw new ServerError(`${context.server} sent ${what}: \`${shownBody(text, 200)}\`. Is it Ollama's address?`, {
      status: 200,
      model: context.model,
      url: context.url,
      body: text.slice(0, LONGEST_SHOWN),
      retryable: false,
    });
  }
  if (isErrorJson(event)) throw errorEvent(event, context, usageFromOllama(event, false).usage);
  return event;
}

/** An answer that just ends. */
export function truncated({ server, model }: ErrorContext): StreamTruncatedError {
  return new StreamTruncatedError(
    `${server} ended the answer${model === undefined ? "" : ` of model \`${model}\``} before it was finished. What came is in ` +
      "`partialOutput`. Its log will say why; servers before 0.34 end an answer like this that repeats a token many times.",
  );
}

/** True for a line that says that the model was loaded or unloaded, and nothing else. */
export function isIdle({ done_reason: reason, message }: Json): boolean {
  if (reason !== "load" && reason !== "unload") return false;
  return !isObject(message) || Object.keys(readLine({ message }, new CalledTools(String))).length === 0;
}

/** The error where that is all that came: no answer, and nothing that could cost something. */
export function nothingGenerated({ done_reason: reason }: Json, { server, model, url }: ErrorContext): ServerError {
  const about = model === undefined ? "" : ` \`${model}\``;
  return new ServerError(
    `${server} did no more than ${String(reason)} the model${about}: it generated nothing. Ask again; where that does not help, the prompt did not reach it.`,
    { status: 200, model, url, code: String(reason), isRefusal: true, retryable: true },
  );
}

/** True for the object that ends an answer. Some servers forget `done` beside the reason. */
export function isLast(line: Json): boolean {
  return line.done === true || nonEmpty(line.done_reason) !== undefined;
}

/** What a line adds to the answer. Text and thinking may come together; a line may add nothing. */
export function readLine(line: Json, called: CalledTools): AnswerDelta {
  const delta: AnswerDelta = {};
  const message = isObject(line.message) ? line.message : {};
  const text = nonEmpty(message.content);
  if (text !== undefined) delta.text = text;
  const thinking = nonEmpty(message.thinking);
  if (thinking !== undefined) delta.reasoning = thinking;
  const toolCalls = message.tool_calls === undefined ? [] : called.read(message.tool_calls);
  if (toolCalls.length > 0) delta.toolCalls = toolCalls;
  if (Array.isArray(line.logprobs) && line.logprobs.length > 0) delta.logprobs = { content: line.logprobs };
  return delta;
}
