import { AIMessage } from "@langchain/core/messages";
import type { AnswerDelta } from "../../answer/delta.js";
import { readAtOnce } from "../../answer/read_at_once.js";
import { ServerError } from "../../base/errors.js";
import { isObject, type Json } from "../../base/json.js";
import { parseAnswer } from "../../base/sound_json.js";
import { isErrorJson, readErrorJson } from "../../transport/error_body.js";
import { eventsIn } from "../../transport/events_in.js";
import { isPage, kindOfPage, shownBody } from "../../transport/page_text.js";
import { errorAsAnswer, type ErrorContext } from "../../transport/server_error.js";
import { SseFramer } from "../../transport/sse.js";
import { usageFromOpenAI } from "../../usage/from_openai.js";
import { spentBeside, WholeAnswer, type OpenAIDecoder } from "./decoder.js";

/**
 * Reads an answer that came whole: one delta for each choice, usage and metadata on the first. Usually that is one chat
 * completion; a stream of events under a content type that says something else is read to its end.
 * @throws ServerError for an error, HTML, or nothing in a 200; what the body says of usage is on it
 */
export function readWhole(
  body: string,
  decoder: OpenAIDecoder,
  context: ErrorContext,
  provider: string,
): AnswerDelta[] {
  const text = body.replace(HEARTBEATS, "");
  const events = /^\uFEFF?\s*(data|event|error):/.test(text)
    ? eventsIn(text, new SseFramer())
    : [toEvent(text, context)];
  return readAtOnce(events, decoder, provider);
}

/** Comments in front of an answer, with which a server keeps the connection open until it has one. */
const HEARTBEATS = /^\uFEFF?(?:\s*:[^\n]*\n)+/;

function toEvent(text: string, context: ErrorContext): WholeAnswer {
  const json = parse(text, context);
  if (isErrorJson(json)) throw errorAsAnswer(readErrorJson(json), text, context, spentBeside(json));
  const choices = Array.isArray(json.choices) ? json.choices.filter(isObject) : [];
  if (choices.length === 0) throw unusable("an answer without choices", text, context, json);
  return new WholeAnswer({ ...json, choices });
}

function parse(text: string, context: ErrorContext): Json {
  let json: unknown;
  try {
    json = parseAnswer(text);
  } catch {
    throw unusable(
      text.trim() === "" ? "an empty body" : isPage(text) ? kindOfPage(text) : "something that is no JSON",
      text,
      context,
    );
  }
  if (!isObject(json)) throw unusable("something that is no chat completion", text, context);
  return json;
}

function unusable(what: string, text: string, context: ErrorContext, json: Json = {}): ServerError {
  const hint = "Is the base URL that of the API (it often ends with `/v1`)?";
  const shown = text.trim() === "" ? "" : `: \`${shownBody(text, 200)}\``;
  const usage = usageFromOpenAI(json)?.usage;
  return new ServerError(`${context.server} answered 200 with ${what}${shown}. ${hint}`, {
    status: 200,
    model: context.model,
    url: context.url,
    body: text.slice(0, 500),
    retryable: false,
    ...(usage ? { partialOutput: new AIMessage({ content: "", usage_metadata: usage }) } : {}),
  });
}
