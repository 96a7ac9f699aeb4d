import type { AIMessageChunk } from "@langchain/core/messages";
import { attempt } from "../base/attempt.js";
import { MeteredError } from "../base/errors.js";
import { toChunk } from "./chunk.js";
import type { AnswerDecoder, AnswerDelta } from "./delta.js";
import { DeltaSum } from "./join.js";
import { decodingError } from "./unreadable.js";

/**
 * Reads events that came all at once: one delta for each choice.
 * @throws what the decoder throws; what came before is the error's `partialOutput`, since nobody has seen it yet
 */
export function readAtOnce(events: Iterable<unknown>, decoder: AnswerDecoder, provider: string): AnswerDelta[] {
  const sum = new DeltaSum();
  try {
    for (const event of events) for (const delta of decoder.push(event)) sum.add(delta);
    for (const delta of decoder.end()) sum.add(delta);
    return sum.whole;
  } catch (error) {
    const failure = decodingError(error, decoder);
    for (const delta of attempt(() => decoder.cut(), [])) sum.add(delta);
    if (MeteredError.isInstance(failure)) addOutput(failure, sum.whole, provider);
    throw failure;
  }
}

/** The decoder itself puts no more on an error than what it knows of the answer as a whole. */
function addOutput(error: MeteredError, answers: readonly AnswerDelta[], provider: string): void {
  const answer = answers.find(({ choice }) => choice === undefined);
  if (!answer && !error.partialOutput) return;
  const { usage_metadata: usage, response_metadata: metadata } = error.partialOutput ?? {};
  const known: AnswerDelta = { ...answer, ...(usage ? { usage } : {}), ...(metadata ? { metadata } : {}) };
  error.partialOutput = toChunk(known, provider, undefined).message as AIMessageChunk;
}
