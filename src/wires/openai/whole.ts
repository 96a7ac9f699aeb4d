import { AIMessage, type AIMessageChunk } from "@langchain/core/messages";
import { toChunk } from "../../answer/chunk.js";
import type { AnswerDelta } from "../../answer/delta.js";
import { ThinkSplitter } from "../../answer/think_tags.js";
import { ServerError } from "../../base/errors.js";
import { isErrorJson, readErrorJson } from "../../transport/error_body.js";
import { errorAsAnswer, type ErrorContext } from "../../transport/server_error.js";
import { credibleUsage, type WireUsage } from "../../usage/credible.js";
import { usageFromOpenAI } from "../../usage/from_openai.js";
import { addClosing, addExtras, callsOf, readFinish } from "./choice.js";
import type { Dialect } from "./dialect.js";
import { checkFinishReasons } from "./finish_reason.js";
import { readParts } from "./message_parts.js";
import { keepFields, readMetadata } from "./metadata.js";
import type { ToolCallMerger } from "./tool_call_merger.js";
import { isObject, nonEmpty, type Json } from "../../base/json.js";

/**
 * Reads a chat completion that came whole: one delta for each choice, usage and metadata on the first.
 * @throws ServerError for an error, HTML, or nothing in a 200; what the body says of usage is on it
 */
export function readCompletion(
  text: string,
  headers: Headers,
  dialect: Dialect,
  context: ErrorContext,
  newMerger: () => ToolCallMerger,
): AnswerDelta[] {
  const json = parse(text, context);
  if (isErrorJson(json)) throw errorAsAnswer(readErrorJson(json), text, context);
  const found = usageFromOpenAI(json);
  const choices = Array.isArray(json.choices) ? json.choices.filter(isObject) : [];
  if (choices.length === 0) throw unusable("an answer without choices", text, context, found);
  const metadata = readMetadata(json, dialect.keep, { ...dialect.readHeaders?.(headers) });
  const answers = choices.map((choice, position) => readChoice(choice, position, dialect, metadata, newMerger));
  const [first] = answers;
  const hasOutput = answers.some(
    ({ text, reasoning, toolCalls }) => (text ?? "") !== "" || reasoning !== undefined || toolCalls !== undefined,
  );
  if (first) addClosing(first, credibleUsage(found, hasOutput) ?? {}, metadata, dialect);
  const reasons = choices.map((choice) => choice.finish_reason);
  checkFinishReasons(reasons, context, () => first && toOutput(first, dialect));
  return answers;
}

/** What there is of an answer that was given up: its calls are read like those of one that was cut off. */
function toOutput({ finishReason: _, ...came }: AnswerDelta, { provider }: Dialect): AIMessage {
  return toChunk(came, provider, undefined).message as AIMessageChunk;
}

function readChoice(
  raw: Json,
  position: number,
  dialect: Dialect,
  metadata: Record<string, unknown>,
  newMerger: () => ToolCallMerger,
): AnswerDelta {
  const message = isObject(raw.message) ? raw.message : isObject(raw.delta) ? raw.delta : {};
  if (position === 0) keepFields(raw, dialect.keepOfChoice, metadata);
  const parts = readParts(message);
  const answer: AnswerDelta = position === 0 ? {} : { choice: position };
  const text = parts.text ?? (typeof raw.text === "string" ? raw.text : undefined);
  if (text !== undefined) Object.assign(answer, splitThinking(text, dialect));
  if (parts.reasoning !== undefined) {
    answer.reasoning = parts.reasoning + (answer.reasoning ?? "");
    metadata.reasoning_field ??= parts.reasoningField;
  }
  const tools = newMerger();
  const calls = callsOf(message);
  if (calls.length > 0) answer.toolCalls = calls.flatMap((call) => tools.addWhole(call) ?? []);
  addExtras(answer, raw, message);
  const said = nonEmpty(raw.finish_reason);
  answer.finishReason = readFinish(said, tools.count > 0, position === 0 ? metadata : undefined);
  return answer;
}

function splitThinking(text: string, dialect: Dialect): { text?: string; reasoning?: string } {
  const splitter = new ThinkSplitter(dialect.thinkTags);
  const body = splitter.push(text);
  const rest = splitter.end();
  // What a stream gave out as reasoning before it knew better is text alone here.
  if (rest.text !== undefined) return { text: (body.text ?? "") + rest.text };
  return body;
}

function parse(text: string, context: ErrorContext): Json {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unusable(
      text.trim() === "" ? "an empty body" : /^\s*</.test(text) ? "an HTML page" : "something that is no JSON",
      text,
      context,
    );
  }
  if (!isObject(json)) throw unusable("something that is no chat completion", text, context);
  return json;
}

function unusable(what: string, text: string, context: ErrorContext, found?: WireUsage): ServerError {
  const hint = "Is the base URL that of the API (it often ends with `/v1`)?";
  const shown = text.trim() === "" ? "" : `: \`${text.trim().slice(0, 200)}\``;
  return new ServerError(`${context.server} answered 200 with ${what}${shown}. ${hint}`, {
    status: 200,
    model: context.model,
    url: context.url,
    body: text.slice(0, 500),
    retryable: false,
    ...(found?.usage ? { partialOutput: new AIMessage({ content: "", usage_metadata: found.usage }) } : {}),
  });
}
