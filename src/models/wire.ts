import type { BaseMessage } from "@langchain/core/messages";
import type { AnswerDecoder, AnswerDelta } from "../answer/delta.js";
import type { Framer } from "../transport/sse.js";
import type { WireRequest } from "../transport/transport.js";
import type { ErrorContext } from "../transport/server_error.js";

/** A request's body and how to read its answer: all that differs between the APIs. Everything in it is pure. */
export interface Wire {
  request: WireRequest;
  framer(): Framer;
  /** Decodes a stream; the headers may say what the body does not. */
  decoder(headers: Headers): AnswerDecoder;
  /** Reads an answer that came whole: one delta for each choice. @throws ServerError for an error in a 200 */
  readWhole(text: string, headers: Headers): AnswerDelta[];
  /** True when the content type is that of a stream. */
  isStream(contentType: string): boolean;
}

/** What a wire makes a request of. */
export interface Prompt {
  messages: BaseMessage[];
  /** The request's fields but for the messages. */
  params: Record<string, unknown>;
  stream: boolean;
  /** The call's own word on whether to ask for usage in the stream. */
  streamUsage?: boolean;
  headers: Record<string, string>;
  context: ErrorContext;
}
