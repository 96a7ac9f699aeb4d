import { merged } from "../../base/merged.js";
import { SseFramer } from "../../transport/sse.js";
import { fieldsOf, isObject, itemsOf, nonEmpty, toJsonText, type Json } from "../../base/json.js";
import { randomId } from "../../base/random_id.js";
import type { ErrorContext } from "../../transport/server_error.js";
import type { WireRequest } from "../../transport/transport.js";
import { OpenAIDecoder } from "./decoder.js";
import type { Dialect } from "./dialect.js";
import { serverOf } from "./extras.js";
import { ToolCallMerger } from "./tool_call_merger.js";
import { readWhole } from "./whole.js";

/** What a chat completion request consists of. */
export interface CompletionRequest {
  url: string;
  headers: Record<string, string>;
  messages: Json[];
  /** All other fields of the body, by their wire names. */
  params: Json;
  stream: boolean;
  /** Ask for usage in a stream. */
  includeUsage: boolean;
}

/** One chat completion: its request and the means to read its answer. */
export function completionWire(
  request: CompletionRequest,
  dialect: Dialect,
  context: ErrorContext,
  newId: () => string,
) {
  const answered = answeredIds(request.messages);
  const offered = offeredNames(request.params);
  const newMerger = () => new ToolCallMerger(newId, answered, offered);
  const { n } = request.params;
  const several = typeof n === "number" && n > 1;
  const asked = { server: serverOf(request.url), several, json: expectsJson(request.params) };
  const decoder = (headers: Headers) => new OpenAIDecoder(dialect, context, newMerger, headers, asked);
  return {
    request: toHttp(request),
    framer: (maxEventBytes: number) => new SseFramer(maxEventBytes),
    decoder,
    readWhole: (text: string, headers: Headers) => readWhole(text, decoder(headers), context, dialect.provider),
    // Servers that forget the header still stream; only a JSON body is certain to be whole.
    isStream: (contentType: string) => !contentType.includes("application/json") && !contentType.includes("text/html"),
  };
}

/** True when a request asks for JSON by `response_format`. */
export function expectsJson({ response_format: format }: Json): boolean {
  return isObject(format) && (format.type === "json_schema" || format.type === "json_object");
}

/** The ids of the calls that the conversation has results of. */
function answeredIds(messages: readonly Json[]): Set<string> {
  return new Set(messages.flatMap(({ tool_call_id: id }) => nonEmpty(id) ?? []));
}

/** The names of the tools that a request offers. */
function offeredNames({ tools }: Json): Set<string> {
  const functions = itemsOf(tools).map((tool) => fieldsOf(fieldsOf(tool).function));
  return new Set(functions.flatMap(({ name }) => nonEmpty(name) ?? []));
}

function toHttp({ url, headers, messages, params, stream, includeUsage }: CompletionRequest): WireRequest {
  const { stream_options, ...rest } = params;
  const body: Json = merged(rest, { messages, stream });
  // With `stream: false` servers refuse `stream_options`.
  if (stream && includeUsage) body.stream_options = { include_usage: true, ...(stream_options as object | undefined) };
  else if (stream && stream_options !== undefined) body.stream_options = stream_options;
  return {
    method: "POST",
    url,
    headers: {
      "content-type": "application/json",
      accept: stream ? "text/event-stream" : "application/json",
      ...headers,
    },
    body: toJsonText(body),
  };
}

/** An id for a tool call that came without one. */
export function newToolCallId(): string {
  return `call_${randomId(24)}`;
}
