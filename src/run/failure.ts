import { AIMessage, AIMessageChunk, type UsageMetadata } from "@langchain/core/messages";
import { ChatGenerationChunk } from "@langchain/core/outputs";
import { MeteredMessageChunk, toChunk } from "../answer/chunk.js";
import { isEngineLimit, unreadable } from "../answer/unreadable.js";
import { attempt } from "../base/attempt.js";
import { MeteredError, ServerError } from "../base/errors.js";
import { toUsage } from "../base/usage.js";
import { isErrorLike } from "../transport/error_like.js";
import { closingOf, type Closing } from "./closing.js";
import type { ModelCall } from "./model_call.js";

/**
 * The error of a call, with what was delivered and spent before it. Never throws: a call that has failed must end, so each
 * step is taken whatever becomes of the others.
 */
export async function failureOf(given: unknown, call: ModelCall): Promise<unknown> {
  const error = attempt(() => clean(given, call), undefined) ?? new MeteredError(UNTOLD);
  const { message, isAccounted } = attempt(() => partialOutputOf(error), { message: undefined, isAccounted: false });
  if (isAccounted) return error;
  const reported = attempt(() => message?.usage_metadata, undefined);
  attempt(() => call.book({ usage: reported }), undefined);
  attempt(() => deliverRest(message, call), undefined);
  // A server that says what it used did not turn the request away as it stands.
  if (reported === undefined) attempt(() => noteRefusal(error, call), undefined);
  if (!attempt(() => call.reachedServer, true)) return error;
  const partial = await partialOf(call, wordsOf(error));
  return withPartialOutput(error, partial.message as AIMessageChunk);
}

/** What is said where the words of an error cannot be had, or may have a credential in them. */
const UNTOLD = "The call failed, and its error could not be read.";

/** The error without credentials; a typed one where an answer was too much for the engine. */
function clean(given: unknown, call: ModelCall): unknown {
  const error = isEngineLimit(given) && call.reachedServer ? unreadable(given) : given;
  call.secrets.redactError(error);
  return error ?? new MeteredError(UNTOLD);
}

/** What nobody has seen yet of the answer. */
function deliverRest(message: AIMessage | undefined, call: ModelCall): void {
  const { cut, delivered } = call;
  call.cut = undefined;
  if (cut) delivered.add(toChunk(cut, call.settings.provider, call.messageId));
  // An answer that was read as a whole and turned out to be a part.
  if (!delivered.isEmpty || !AIMessageChunk.isInstance(message)) return;
  // Its figure has been booked, and comes back with the closing.
  message.usage_metadata = undefined;
  delivered.add(new ChatGenerationChunk({ text: message.text, message }));
}

function noteRefusal(error: unknown, call: ModelCall): void {
  if (ServerError.isInstance(error) && error.isRefusal && call.delivered.isEmpty) call.refuse(error.message);
}

/** The message on an error. One of a call that is accounted for says what pricing needs. */
function partialOutputOf(error: unknown): { message: AIMessage | undefined; isAccounted: boolean } {
  const message: unknown =
    typeof error === "object" && error !== null && "partialOutput" in error ? error.partialOutput : undefined;
  if (!AIMessage.isInstance(message)) return { message: undefined, isAccounted: false };
  return { message, isAccounted: "usage_source" in message.response_metadata };
}

/** The error with the message of its call on it; one around it where nothing can be put on it, such as a text that was thrown. */
function withPartialOutput(error: unknown, message: AIMessageChunk): unknown {
  const field = { value: message, writable: true, configurable: true, enumerable: true };
  const isPut =
    typeof error === "object" &&
    error !== null &&
    attempt(() => Reflect.defineProperty(error, "partialOutput", field), false);
  return isPut ? error : new MeteredError(wordsOf(error), { cause: error, partialOutput: message });
}

function wordsOf(error: unknown): string {
  return attempt(() => (isErrorLike(error) ? error.message : String(error)), UNTOLD);
}

/**
 * The message of an answer that was cut short: what was delivered, with its usage. Never throws either: where not all of it
 * can be had, it is what the server reported.
 */
export async function partialOf(call: ModelCall, reason: string): Promise<ChatGenerationChunk> {
  const whole = attempt(() => (call.delivered.isClosed ? call.delivered.whole() : undefined), undefined);
  if (whole) return whole;
  const closing = await closingWith(call, reason);
  return attempt(() => call.delivered.wholeWith(endOf(call, closing)), undefined) ?? endOf(call, closing);
}

async function closingWith(call: ModelCall, reason: string): Promise<Pick<Closing, "usage"> & { metadata: object }> {
  try {
    return await closingOf(call, { reason, complete: false });
  } catch {
    // What was delivered may be what cannot be counted.
  }
  try {
    return await closingOf(call, { reason, complete: false, texts: [] });
  } catch {
    return unknownBeyond(
      attempt(() => call.usage, undefined),
      reason,
      call,
    );
  }
}

/** Where even an estimate fails: at least what was reported, and nobody knows how much more. */
function unknownBeyond(reported: UsageMetadata | undefined, reason: string, call: ModelCall) {
  const usage = reported ?? toUsage(0, 0);
  const usage_estimate = {
    reason,
    inputTokens: [usage.input_tokens, undefined],
    outputTokens: [usage.output_tokens, undefined],
  };
  const metered = attempt(() => call.settings.facts, undefined);
  return { usage, metadata: { usage_source: "estimated", usage_estimate, ...(metered ? { metered } : {}) } };
}

function endOf(call: ModelCall, { usage, metadata }: { usage: UsageMetadata; metadata: object }): ChatGenerationChunk {
  const id = attempt(() => call.answerId, undefined);
  const message = new MeteredMessageChunk({
    content: "",
    id: attempt(() => call.messageId, undefined),
    response_metadata: {
      model_provider: attempt(() => call.settings.provider, ""),
      ...metadata,
      ...(id ? { id } : {}),
    },
    usage_metadata: usage,
  });
  return new ChatGenerationChunk({ text: "", message });
}
