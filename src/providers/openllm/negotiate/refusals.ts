import { getRetryable } from "@langchain/core/errors";
import type { ContextWindowError, ServerError } from "../../../base/errors.js";
import type { Json } from "../../../base/json.js";
import { Quotations } from "./quotations.js";
import { concede, isForcing, type Concession } from "./request_body.js";

/** Not a schema that is wrong, but a server that takes none. */
const NO_SCHEMAS =
  /json_schema\W.{0,40}(not supported|unsupported|not allowed|unknown)|(unsupported|unknown|invalid) (value for )?.?response_format|(must|should) be .{0,40}json_object/i;

/** Without a parser of calls none can be forced, whichever way it is said. */
const NO_PARSER = /tool-call-parser|enable-auto-tool-choice|requires --jinja/i;

const ALTERNATE = /roles must alternate|unexpected role .user. after role|alternate between .?user/i;
const NO_SYSTEM =
  /system role (is )?not supported|(not|n't) support (the )?.?system|developer instruction is not enabled|roles are supported/i;
const NO_REASONING = /reasoning_content.{0,60}(passed back|missing|required)|missing .?reasoning_content/i;

/**
 * What servers take offence at, in their words, in the order in which it is conceded. The words of templates are whole
 * phrases: a prompt that is repeated in an error must not be taken for one.
 */
const REFUSALS: readonly (readonly [Concession, RegExp])[] = [
  ["stream_options", /stream_?options|include_usage/i],
  ["strict", /\bstrict\b/i],
  // TGI: "response_format: missing field `value`".
  ["format_value", /missing field .?value/i],
  ["json_object", /response_format|json_object|json_schema/i],
  ["json_schema", NO_SCHEMAS],
  ["parallel_tool_calls", /parallel_tool_calls/i],
  // LM Studio has a path or no more than `tools.0`, OpenAI's own words are "object schema missing properties".
  [
    "schema_properties",
    /\bparameters\b[^a-z]{1,20}(properties|type)\b|missing properties|`?properties`? is required|invalid input tools\.\d/i,
  ],
  [
    "schema_bounds",
    /(pars|compil|initializ)(e|ing) (the )?grammar|schema conversion failed|could not translate the instance|initialize samplers|grammar (error|is not valid)|unimplemented keys|not (supported|implemented) (by|in) (xgrammar|outlines|guidance|llguidance|lm-format-enforcer)|(pattern|(min|max)(Length|Items|Properties)|uniqueItems|\bformat|regex).{0,40}(not supported|unsupported|not implemented)|unsupported (pattern|regex|keyword|json schema feature)/i,
  ],
  ["object_choice", /tool_?choice/i],
  // Qwen 3.5, mistral-common, Mistral's templates ("Only user and assistant roles are supported, with the exception of ...").
  [
    "oneSystem",
    /system messages? (must|should) be|system messages? .{0,20}only allowed|unexpected role .system. after|(multiple|several|only one|a single) system messages?|roles are supported/i,
  ],
  // Gemma. Older templates of Mistral's say of a system message that roles must alternate.
  ["noSystem", NO_SYSTEM],
  [
    "userFirst",
    /no user query found|(must|should) (start|begin) with .{0,10}user|first message must (be|use) .{0,10}user/i,
  ],
  ["alternate", ALTERNATE],
  ["noSystem", ALTERNATE],
  ["nineCharacterIds", /(alphanumeric strings?|a-z, A-Z, 0-9).{0,20}length (of )?9\b/i],
  ["answeredCalls", /same number of function calls and responses/i],
  // DeepSeek and Kimi want it with calls, some servers with every answer.
  ["reasoningOnCalls", NO_REASONING],
  ["reasoningOnAll", NO_REASONING],
  // Groq, Mistral's API; gpt-oss takes a thought or a text beside calls.
  [
    "noReasoning",
    /(reasoning(_content)?|thinking)\b.{0,40}(unsupported|not (supported|permitted|allowed))|both content and thinking/i,
  ],
];

/** Only so much of an error is read: some repeat the request, and a request may be of any length. */
const LONGEST_WORDS = 10_000;

/** A form of the request at which a server took offence. */
export interface Offence {
  readonly concession: Concession;
  /** Nothing in the request says the same words: the server itself must have, of all requests. */
  readonly isCertain: boolean;
}

/** The form of the request at which a server took offence, if another one may do. */
export function offenceOf(error: ServerError, body: Json): Offence | undefined {
  const said = isRefusal(error) ? wordsOf(error) : "";
  // Few errors have any of these words, and only those are held against their request.
  if (![NO_PARSER, ...REFUSALS.map(([, words]) => words)].some((words) => words.test(said))) return undefined;
  const asked = JSON.stringify(body);
  const changes = (concession: Concession) => JSON.stringify(concede(body, new Set([concession]))) !== asked;
  const quotations = new Quotations(said, body);
  const own = quotations.own;
  if (NO_PARSER.test(own)) return undefined;
  const found = REFUSALS.find(([concession, words]) => words.test(own) && changes(concession));
  return found && { concession: found[0], isCertain: quotations.says(found[1]) };
}

/** The same without how certain it is. */
export function concessionFor(error: ServerError, body: Json): Concession | undefined {
  return offenceOf(error, body)?.concession;
}

const NO_CHOICE = /tool_?choice/i;

/**
 * Whether a server will not have a tool forced: for want of a parser, or in any form of `tool_choice`. `undefined` where
 * its words may be those of the request.
 */
export function refusesToForce(error: ServerError, body: Json): boolean | undefined {
  if (!isForcing(body) || !isRefusal(error)) return false;
  const said = wordsOf(error);
  const words = [NO_PARSER, NO_CHOICE].filter((each) => each.test(said));
  if (words.length === 0) return false;
  const quotations = new Quotations(said, body);
  if (words.some((each) => quotations.says(each))) return true;
  return words.some((each) => each.test(quotations.own)) ? undefined : false;
}

const REFUSING: ReadonlySet<number | undefined> = new Set([400, 404, 422, 501]);
const NO_MATTER_OF_FORM: ReadonlySet<number | undefined> = new Set([401, 402, 403, 429]);

/** True where the request is at fault. Servers that say 500 for everything are believed where the words fail each time. */
function isRefusal(error: ServerError): boolean {
  return REFUSING.has(error.status) || (getRetryable(error) === false && !NO_MATTER_OF_FORM.has(error.status));
}

/** What was said. Validation errors repeat the request, which names every field. */
function wordsOf({ message, param = "" }: ServerError): string {
  return `${message.slice(0, LONGEST_WORDS).replace(/["']input["']\s*:[^]*|input_value=[^]*/, "")} ${param}`;
}

/**
 * The output that a window has room for beside a prompt, by the figures in the server's refusal. `undefined` where it
 * gives none, and where the prompt alone is too long.
 */
export function outputThatFits({ contextTokens, promptTokens, message }: ContextWindowError): number | undefined {
  if (contextTokens === undefined) return undefined;
  // vLLM from 0.12 on refuses only a limit above the whole window; any other it lowers to what fits.
  if (/cannot be greater than max_model_len/i.test(message)) return contextTokens;
  const room = contextTokens - (promptTokens ?? contextTokens);
  return room > 0 ? room : undefined;
}

/** True while the model loads, in the server's own words: llama.cpp says "Loading model", KServe "is not ready". */
export function isLoading({ status, body }: ServerError): boolean {
  return status === 503 && /loading|not ready|starting|warming up|initiali[sz]ing/i.test(body ?? "");
}
