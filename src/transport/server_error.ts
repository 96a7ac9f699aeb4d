import type { LangChainErrorCodes } from "@langchain/core/errors";
import { AIMessage, type UsageMetadata } from "@langchain/core/messages";
import { parseRetryAfterMs } from "@langchain/core/utils/async_caller";
import { ContextWindowError, ServerError, type ServerErrorFields } from "../base/errors.js";
import { jsonExcerpt } from "../base/json_excerpt.js";
import { readErrorBody, readErrorJson, type ErrorBody } from "./error_body.js";
import { contextWindowOf } from "./context_window.js";
import { ownWords } from "./own_words.js";
import { explainGateway } from "./gateway.js";
import { isPage, shownBody } from "./page_text.js";
import { isGatewayFailure, isRefusalInBody } from "./refusal.js";
import { LONGEST_RETRY_AFTER_MS } from "./retry.js";

/** The names in an error message, and the words that a provider adds to help. */
export interface ErrorContext {
  /** The server in words: `Fireworks`, `Ollama`, `The server at http://...`. */
  server: string;
  /** The model that was asked. */
  model?: string | undefined;
  /** Where the request went. */
  url?: string | undefined;
  /** Says what to do about an error, where the provider knows. */
  explain?: ((status: number | undefined, body: ErrorBody) => string | undefined) | undefined;
}

/** Only so much of a message is read and shown: some servers repeat the request in it, and a request may be of any length. */
const LONGEST_WORDS = 10_000;

const RETRYABLE = new Set([408, 409, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529]);

/** Messages of errors that fail again however often they are tried, although the server sends them with status 500. */
const PERMANENT = [
  /image input is not supported/i,
  /option "[^"\n]*" must be of type/i,
  /valid JSON schema|vocabulary required for format/i,
  /requires more system memory/i,
  /token repeat limit/i,
  /failed to parse (tool|messages|grammar)/i,
  /invalid (tool call )?arguments/i,
  /expects? .{0,200} to be (a )?json/i,
  // FastAPI's validation behind a server that says 500 of it.
  /validation errors? for|literal_error|\bInput should be /,
  // Chat templates, and the renderers that Ollama has in their place, refuse a conversation by its form.
  /jinja|chat.?template|failed to render|error (rendering|executing) (the )?(prompt|template)|template: .{0,80}executing/i,
  /system messages? must|system role not|roles must alternate|with a length of 9\b/i,
  /no user (query|messages?)\b/i,
  /\bsystem (message|prompt|role)s?\b.{0,40}\b(image|video|audio)/i,
  /\b(image|video|audio)s?\b.{0,40}\bsystem (message|prompt|role)/i,
  /(without|no) (a )?(preceding|matching|corresponding) tool call/i,
  /unexpected (message )?(role|item type)/i,
];

const CODES: Record<number, LangChainErrorCodes> = {
  401: "MODEL_AUTHENTICATION",
  403: "MODEL_AUTHENTICATION",
  404: "MODEL_NOT_FOUND",
  429: "MODEL_RATE_LIMIT",
};

/** So much of a body that has no words of its own is read, and shown. */
const LONGEST_BODY = 4_000;
const LONGEST_LINE = 300;

/** What is shown of an event that has no words in it, before markup is taken out. */
const LONGEST_EXCERPT = 1_000;

/** The typed error for an answer with an error status. */
export function serverError(status: number, headers: Headers, text: string, context: ErrorContext): ServerError {
  const body = readErrorBody(text);
  return toError(status, body, text, context, {
    isRefusal: !isGatewayFailure(status),
    // A cookie is a credential that the server gives.
    headers: Object.fromEntries([...headers].filter(([name]) => !/^set-cookie2?$/.test(name))),
    retryAfterMs: parseRetryAfterMs(headers.get("retry-after")),
  });
}

/**
 * The typed error for an error that came in the middle of a stream.
 * @param usage the server's figure, where it stood beside the error
 */
export function errorEvent(event: unknown, context: ErrorContext, usage?: UsageMetadata): ServerError {
  return errorInBody(readErrorJson(event), jsonExcerpt(event, LONGEST_EXCERPT), context, usage);
}

/** The same for an error that was read already. */
export function errorInBody(body: ErrorBody, text: string, context: ErrorContext, usage?: UsageMetadata): ServerError {
  return toError(body.status, body, text, context, { isRefusal: isRefusalInBody(body), ...spent(usage) });
}

/**
 * The typed error for one that is the whole body of a 200. A refusal has the status that it names, since that decides
 * whether another request may do; a failure has the one that came.
 */
export function errorAsAnswer(
  body: ErrorBody,
  text: string,
  context: ErrorContext,
  usage?: UsageMetadata,
): ServerError {
  const isRefusal = isRefusalInBody(body);
  const status = isRefusal ? (body.status ?? 200) : 200;
  return toError(status, body, text, context, { isRefusal, ...spent(usage) });
}

function spent(usage: UsageMetadata | undefined): Pick<ServerErrorFields, "partialOutput"> {
  return usage ? { partialOutput: new AIMessage({ content: "", usage_metadata: usage }) } : {};
}

function toError(
  status: number | undefined,
  body: ErrorBody,
  text: string,
  context: ErrorContext,
  extra: Partial<ServerErrorFields>,
): ServerError {
  const isOfProxy = body.message === undefined && isPage(text);
  const words = body.message ?? (text.trim() === "" ? "no explanation" : plain(text));
  const beginning = ownWords(words.slice(0, LONGEST_WORDS));
  const hint =
    (isOfProxy ? explainGateway(status, words) : undefined) ??
    context.explain?.(status, body.message === undefined ? body : { ...body, message: beginning });
  const about = context.model === undefined ? "" : ` for model \`${context.model}\``;
  const said = status === undefined ? "failed" : `answered ${status}`;
  const shown = words.length > LONGEST_WORDS ? `${words.slice(0, LONGEST_WORDS)}...` : words;
  const message = `${context.server} ${said}${about}: ${hint ? `${sentence(shown)} ${hint}` : shown}`;
  const fields: ServerErrorFields = {
    ...extra,
    status,
    code: body.code,
    param: body.param,
    model: context.model,
    url: context.url,
    body: text.slice(0, 500),
  };
  const overflow = contextWindowOf(body, beginning);
  // Who may ask, how often, and for which model, is said by the status.
  const isOther = status !== undefined && CODES[status] !== undefined && body.promptTokens === undefined;
  if (overflow && !isOther) return new ContextWindowError(message, { ...fields, ...overflow, isRefusal: true });
  return new ServerError(message, {
    ...fields,
    retryable: saidOfRetry(extra.headers) ?? isRetryable(status, body, beginning, extra.retryAfterMs),
    lcErrorCode: codeOf(status, beginning),
  });
}

function codeOf(status: number | undefined, words: string): LangChainErrorCodes | undefined {
  if (status === 400 && /tool_call(s|_id)\b/.test(words)) return "INVALID_TOOL_RESULTS";
  return status === undefined ? undefined : CODES[status];
}

/** The words as a full sentence, so that another one can follow. */
function sentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

/** Whether another attempt can help, where a server of OpenAI's kind says so itself. */
function saidOfRetry(headers: Record<string, string> | undefined): boolean | undefined {
  const said = headers?.["x-should-retry"];
  return said === "true" ? true : said === "false" ? false : undefined;
}

/** An allowance that is used up for hours or days, unlike a rate that is passing. */
const USED_UP =
  /quota|billing|credit balance|spend(ing)? (cap|limit)|(usage|session|hourly|daily|weekly|monthly) limit|(session|weekly|monthly) usage|included usage|upgrade (for|to|your)/i;
const PASSING = /concurren|per (sec|min)|\b[rt]pm\b/i;

function isRetryable(
  status: number | undefined,
  body: ErrorBody,
  words: string,
  retryAfterMs: number | undefined,
): boolean {
  if (PERMANENT.some((pattern) => pattern.test(words))) return false;
  const mayBeUsedUp = status === undefined || status === 200 || status === 429;
  const isSoon = retryAfterMs !== undefined && retryAfterMs <= LONGEST_RETRY_AFTER_MS;
  const isUsedUp = USED_UP.test(words) || USED_UP.test(body.code ?? "");
  if (mayBeUsedUp && !isSoon && isUsedUp && !PASSING.test(words)) return false;
  // A refusal that a proxy wrapped into a failure stays one.
  if (body.status !== undefined && body.status < 500 && !RETRYABLE.has(body.status)) return false;
  return status === undefined || status === 200 || RETRYABLE.has(status);
}

/** A page without its markup, or plain text, in one line. */
function plain(text: string): string {
  const line = shownBody(text, LONGEST_BODY).replace(/\s+/g, " ");
  return line.slice(0, LONGEST_LINE);
}
