import type { AnswerDecoder, AnswerDelta } from "../answer/delta.js";
import type { Framer } from "../transport/sse.js";
import type { WireRequest } from "../transport/transport.js";

/** A request's body and how to read its answer: all that differs between the APIs. Everything in it is pure. */
export interface Wire {
  request: WireRequest;
  framer(maxEventBytes: number): Framer;
  /** Decodes a stream; the headers may say what the body does not. */
  decoder(headers: Headers): AnswerDecoder;
  /** Reads an answer that came whole: one delta for each choice. @throws ServerError for an error in a 200 */
  readWhole(text: string, headers: Headers): AnswerDelta[];
  /** True when the content type is that of a stream. */
  isStream(contentType: string): boolean;
}
