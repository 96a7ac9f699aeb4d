import type { AnswerDecoder, AnswerDelta } from "../answer/delta.js";
import { joinDeltas } from "../answer/join.js";
import type { HttpAnswer } from "../transport/http_answer.js";
import type { Transport } from "../transport/transport.js";
import type { ErrorContext } from "../transport/server_error.js";
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
export async function* sendStream(call: ModelCall, exchange: Exchange): AsyncGenerator<AnswerDelta[], void, undefined> {
  const { transport, wire, context } = exchange;
  const answer = await transport.open(call, wire.request, context, exchange);
  if (wire.isStream(answer.contentType)) yield* decodeAnswer(answer, wire, call);
  // Some servers ignore that a stream was asked for.
  else yield wire.readWhole(await answer.text(), answer.headers);
}

/** Sends one request and reads its whole answer: one delta for each choice. */
export async function sendWhole(call: ModelCall, exchange: Exchange): Promise<AnswerDelta[]> {
  const { transport, wire, context } = exchange;
  const answer = await transport.open(call, wire.request, context, exchange);
  if (!answer.contentType.includes("text/event-stream")) return wire.readWhole(await answer.text(), answer.headers);
  // And some stream although nobody asked.
  return gathered(call, decodeAnswer(answer, wire, call));
}

/** A stream that nobody reads as one, to its end: one delta for each choice. What came of one that breaks off is kept. */
export async function gathered(call: ModelCall, stream: AsyncIterable<AnswerDelta[]>): Promise<AnswerDelta[]> {
  const groups: AnswerDelta[][] = [];
  try {
    for await (const group of stream) groups.push(group);
  } catch (error) {
    call.cut = joinDeltas(groups.flat()).find(({ choice }) => choice === undefined);
    throw error;
  }
  return joinDeltas(groups.flat());
}

async function* decodeAnswer(
  answer: HttpAnswer,
  wire: Wire,
  call: ModelCall,
): AsyncGenerator<AnswerDelta[], void, undefined> {
  const decoder = wire.decoder(answer.headers);
  try {
    yield* decodeToEnd(answer, wire, decoder, call);
  } catch (error) {
    const rest = decoder.cut();
    if (rest.length > 0) yield rest;
    throw error;
  }
  await answer.drain();
}

async function* decodeToEnd(
  answer: HttpAnswer,
  wire: Wire,
  decoder: AnswerDecoder,
  call: ModelCall,
): AsyncGenerator<AnswerDelta[], void, undefined> {
  const framer = wire.framer();
  for await (const piece of answer.pieces()) {
    yield* decodeAll(framer.push(piece), decoder, call);
    if (decoder.finished) break;
  }
  if (!decoder.finished) yield* decodeAll(framer.end(), decoder, call);
  const closing = decoder.end();
  call.running = undefined;
  yield closing;
}

/** Hands out what came before an error even when both came in one piece. */
function* decodeAll(events: unknown[], decoder: AnswerDecoder, call: ModelCall): Generator<AnswerDelta[]> {
  const deltas: AnswerDelta[] = [];
  let failure: { error: unknown } | undefined;
  for (const event of events) {
    try {
      for (const delta of decoder.push(event)) deltas.push(delta);
    } catch (error) {
      failure = { error };
      break;
    }
  }
  call.running = decoder.runningUsage;
  if (deltas.length > 0) yield deltas;
  if (failure) throw failure.error;
}
