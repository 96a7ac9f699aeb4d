import type { AnswerDecoder, AnswerDelta } from "../../answer/delta.js";
import { readAtOnce } from "../../answer/read_at_once.js";
import { ServerError } from "../../base/errors.js";
import { parseAnswer } from "../../base/sound_json.js";
import { eventsIn } from "../../transport/events_in.js";
import { NdjsonFramer } from "../../transport/ndjson.js";
import { isPage } from "../../transport/page_text.js";
import type { ErrorContext } from "../../transport/server_error.js";
import { Malformed } from "../../transport/sse.js";
import { checkLine } from "./answer_line.js";

/**
 * Reads an answer that came whole. Usually that is one object; a server or a proxy that streams all the same is read to
 * its end.
 * @throws ServerError for an error or an empty body with status 200
 * @throws StreamTruncatedError for an answer that was not finished
 */
export function readWhole(text: string, decoder: AnswerDecoder, context: ErrorContext): AnswerDelta[] {
  if (text.trim() === "") throw emptyBody(context);
  // By lines, only the first one of a page would be in the error.
  if (isPage(text)) checkLine(new Malformed(text), context);
  return readAtOnce(eventsOf(text), decoder, "ollama");
}

function eventsOf(text: string): Iterable<unknown> {
  try {
    return [parseAnswer(text)];
  } catch {
    return eventsIn(text, new NdjsonFramer());
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
