import { merged } from "../../base/merged.js";
import type { AnswerDecoder } from "../../answer/delta.js";
import type { CallableTool } from "../../answer/written_calls.js";
import { toJsonText, type Json } from "../../base/json.js";
import { randomId } from "../../base/random_id.js";
import { NdjsonFramer } from "../../transport/ndjson.js";
import type { ErrorContext } from "../../transport/server_error.js";
import type { WireRequest } from "../../transport/transport.js";
import { OllamaDecoder } from "./decoder.js";
import { DueAnswerDecoder } from "./due_answer.js";
import { mergeHeaders } from "./headers.js";
import type { OllamaMessage } from "./messages.js";
import type { SentRequest } from "./metadata.js";
import { readWhole } from "./whole.js";

/** What a chat request consists of. */
export interface OllamaRequest {
  /** Where the server is, without `/api`. */
  baseURL: string;
  headers: Record<string, string>;
  messages: OllamaMessage[];
  /** All other fields of the body, by their wire names. */
  params: Json;
  stream: boolean;
  sent: SentRequest;
  /** The tools of which one must be called: the answer is a call in JSON. */
  forced?: readonly CallableTool[];
}

/** One chat request and the means to read its answer. `newId` names calls that the server did not name. */
export function ollamaWire(request: OllamaRequest, context: ErrorContext, newId: () => string = newCallId) {
  const { sent, forced } = request;
  const decoder = (): AnswerDecoder => {
    const lines = new OllamaDecoder(sent, context, newId);
    return forced || sent.hasFormat ? new DueAnswerDecoder(lines, newId, forced) : lines;
  };
  return {
    request: toHttp(request),
    framer: (maxEventBytes: number) => new NdjsonFramer(maxEventBytes),
    decoder,
    readWhole: (text: string) => readWhole(text, decoder(), context),
    // Proxies rename or drop the content type of a stream, and one object is a stream of one line: only a page is none.
    isStream: (contentType: string) => !contentType.includes("text/html"),
  };
}

function toHttp({ baseURL, headers, messages, params, stream }: OllamaRequest): WireRequest {
  return {
    method: "POST",
    url: `${baseURL}/api/chat`,
    headers: mergeHeaders(
      { "content-type": "application/json", accept: stream ? "application/x-ndjson" : "application/json" },
      headers,
    ),
    // Ollama streams unless it is told not to.
    body: toJsonText(merged(params, { messages, stream })),
  };
}

/** In the form in which Ollama makes them. */
function newCallId(): string {
  return `call_${randomId(8)}`;
}
