import type { AnswerDelta } from "../answer/delta.js";
import { DeltaSum } from "../answer/join.js";
import type { HttpAnswer } from "../transport/http_answer.js";
import type { Transport } from "../transport/transport.js";
import type { ErrorContext } from "../transport/server_error.js";
import { DecodedAnswer } from "../run/decoded_answer.js";
import { LazyStream } from "../run/lazy_stream.js";
import type { ModelCall } from "../run/model_call.js";
import type { Wire } from "./wire.js";

/** One request and the means to send it and to read its answer. */
export interface Exchange {
  transport: Transport;
  wire: Wire;
  context: ErrorContext;
  maxRetries?: number;
  /** Failures that the caller deals with: they are not tried again by the transport. */
  isLeft?: (error: unknown) => boolean;
}

/** Sends one request and yields its deltas as they come, in the groups in which the network delivers them. */
export function sendStream(call: ModelCall, exchange: Exchange): AsyncGenerator<AnswerDelta[], void, undefined> {
  return new LazyStream(async () => {
    const { transport, wire, context } = exchange;
    const answer = await transport.open(call, wire.request, context, exchange);
    if (wire.isStream(answer.contentType)) return decodeAnswer(answer, wire, call);
    // Some servers ignore that a stream was asked for.
    return only(wire.readWhole(await answer.wholeText(), answer.headers));
  });
}

/** Sends one request and reads its whole answer: one delta for each choice. */
export async function sendWhole(call: ModelCall, exchange: Exchange): Promise<AnswerDelta[]> {
  const { transport, wire, context } = exchange;
  const answer = await transport.open(call, wire.request, context, exchange);
  if (!answer.contentType.includes("text/event-stream"))
    return wire.readWhole(await answer.wholeText(), answer.headers);
  // And some stream although nobody asked.
  return gathered(call, decodeAnswer(answer, wire, call));
}

/** A stream that nobody reads as one, to its end: one delta for each choice. What came of one that breaks off is kept. */
export async function gathered(call: ModelCall, stream: AsyncIterable<AnswerDelta[]>): Promise<AnswerDelta[]> {
  const sum = new DeltaSum();
  try {
    for await (const group of stream) for (const delta of group) sum.add(delta);
  } catch (error) {
    call.cut = sum.whole.find(({ choice }) => choice === undefined);
    throw error;
  }
  return sum.whole;
}

function decodeAnswer(answer: HttpAnswer, wire: Wire, call: ModelCall): DecodedAnswer {
  return new DecodedAnswer(answer, wire.framer(answer.maxEventBytes), wire.decoder(answer.headers), call);
}

async function* only(deltas: AnswerDelta[]): AsyncGenerator<AnswerDelta[], void, undefined> {
  yield deltas;
}
