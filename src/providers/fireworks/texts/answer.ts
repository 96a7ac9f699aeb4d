import { AIMessage, type UsageMetadata } from "@langchain/core/messages";
import { ServerError } from "../../../base/errors.js";
import { isObject, type Json } from "../../../base/json.js";
import { isErrorJson, readErrorJson } from "../../../transport/error_body.js";
import { shownBody } from "../../../transport/page_text.js";
import { errorInBody, type ErrorContext } from "../../../transport/server_error.js";
import { tokenCount } from "../../../base/counts.js";
import { toUsage } from "../../../base/usage.js";
import { credibleUsage } from "../../../usage/credible.js";
import type { TextAnswer } from "./book.js";

/** Words for what was asked for and what was to come, such as `the request for embeddings` and `embeddings`. */
export interface AnswerWords {
  request: string;
  answer: string;
}

/** An answer's list, what it says of itself, and how to refuse it. */
export interface ListAnswer {
  data: readonly unknown[];
  facts: TextAnswer;
  /** @param what in words, what came in place of an answer */
  unusable: (what: string) => ServerError;
}

/**
 * Reads an answer that has a list.
 * @throws ServerError when it is none; what it says of usage is on it
 */
export function readListAnswer(text: string, context: ErrorContext, words: AnswerWords): ListAnswer {
  const json = parse(text);
  const usage = isObject(json) ? readUsage(json) : undefined;
  const unusable = (what: string) => refusal(what, text, context, words, usage);
  if (json === undefined) throw unusable("something that is no JSON");
  if (isErrorJson(json)) throw errorInBody(readErrorJson(json), text, context, usage);
  if (!isObject(json) || !Array.isArray(json.data)) throw unusable(`no ${words.answer}`);
  const facts = {
    ...(usage === undefined ? {} : { usage }),
    ...(typeof json.model === "string" && json.model !== "" ? { servedModel: json.model } : {}),
  };
  return { data: json.data, facts, unusable };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function readUsage({ usage }: Json): UsageMetadata | undefined {
  if (!isObject(usage)) return undefined;
  const read = tokenCount(usage.prompt_tokens) ?? tokenCount(usage.total_tokens);
  return read === undefined ? undefined : credibleUsage({ usage: toUsage(read, 0) }, false)?.usage;
}

function refusal(
  what: string,
  text: string,
  context: ErrorContext,
  { request }: AnswerWords,
  usage: UsageMetadata | undefined,
): ServerError {
  const shown = text.trim() === "" ? "an empty body" : `${what}: \`${shownBody(text, 200)}\``;
  const spent = usage && new AIMessage({ content: "", usage_metadata: usage });
  return new ServerError(`${context.server} answered ${request} with ${shown}. Is the base URL that of the API?`, {
    status: 200,
    model: context.model,
    url: context.url,
    body: text.slice(0, 500),
    retryable: false,
    ...(spent ? { partialOutput: spent } : {}),
  });
}
