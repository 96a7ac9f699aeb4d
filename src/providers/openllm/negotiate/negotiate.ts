/**
 * Negotiate: finds the form in which a server takes a request. It asks again, at another base URL, without a refused
 * field, for less output or once the model has been loaded, until the server answers, and remembers what worked. A server
 * that refuses something new gets a row in `refusals.ts` and its other form in `request_body.ts`, or in `message_form.ts`
 * where it is one of conversations; one that is found under another path gets it in `base_urls.ts`.
 */
import type { AnswerDelta } from "../../../answer/delta.js";
import { isObject, type Json } from "../../../base/json.js";
import { BegunStream } from "../../../run/begun_stream.js";
import { LazyStream } from "../../../run/lazy_stream.js";
import { sendStream, sendWhole, type Exchange } from "../../../models/exchange.js";
import type { Question } from "../question.js";
import { RequestForm, type Changes } from "./request_form.js";

/** Asks for a stream in one form after another until the server takes one. */
export function requestStream(question: Question): AsyncGenerator<AnswerDelta[]> {
  return new LazyStream(() => begunStream(question));
}

/** A stream whose first deltas have come, so that no other form of its request is tried any more. */
async function begunStream(question: Question): Promise<AsyncGenerator<AnswerDelta[]>> {
  const form = newForm(question, true);
  for (;;) {
    const exchange = await question.build(form);
    const stream = sendStream(question.call, exchange);
    try {
      const first = await stream.next();
      if (first.done !== true) form.succeeded();
      return new BegunStream(Promise.resolve(first), stream);
    } catch (error) {
      await adapt(form, error, exchange, question);
    }
  }
}

/** The same for an answer that comes whole: one delta for each choice. With changes it is a further request of the run. */
export async function requestWhole(question: Question, changes?: Changes): Promise<AnswerDelta[]> {
  if (changes) await question.admit();
  const form = newForm(question, false, changes);
  for (;;) {
    const exchange = await question.build(form);
    try {
      const answers = await sendWhole(question.call, exchange);
      form.succeeded();
      return answers;
    } catch (error) {
      await adapt(form, error, exchange, question);
    }
  }
}

function newForm({ baseURL, knowledge, settings }: Question, stream: boolean, changes?: Changes): RequestForm {
  return new RequestForm(baseURL, knowledge, settings, stream, changes);
}

async function adapt(form: RequestForm, error: unknown, exchange: Exchange, question: Question): Promise<void> {
  try {
    await form.adapt(error, bodyOf(exchange), question.call);
  } catch (final) {
    throw await question.explain(final);
  }
}

function bodyOf({ wire: { request } }: Exchange): Json {
  const body: unknown = JSON.parse(request.body ?? "{}");
  return isObject(body) ? body : {};
}
