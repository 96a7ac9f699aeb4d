import type { AnswerDelta } from "../../answer/delta.js";
import { isObject, type Json } from "../../base/json.js";
import { streamAnswer, wholeAnswer, type Exchange } from "../../models/answers.js";
import type { ModelCall } from "../../run/model_call.js";
import type { RequestPlan } from "./request_plan.js";

/** Builds the request in the form that the plan has come to. */
export type BuildExchange = (plan: RequestPlan) => Promise<Exchange>;

/** How one request can be made, and what to say when it cannot. */
export interface Ways {
  plan: RequestPlan;
  build: BuildExchange;
  /** The error with what else helps to understand it. */
  explain: (error: unknown) => Promise<unknown>;
}

/** Asks for a stream in one form after another until the server takes one. */
export async function* askForStream(call: ModelCall, ways: Ways): AsyncGenerator<AnswerDelta[]> {
  for (;;) {
    const exchange = await ways.build(ways.plan);
    let hasBegun = false;
    try {
      for await (const deltas of streamAnswer(call, exchange)) {
        if (!hasBegun) ways.plan.succeeded();
        hasBegun = true;
        yield deltas;
      }
      return;
    } catch (error) {
      if (hasBegun) throw error;
      await change(error, exchange, call, ways);
    }
  }
}

/** The same for an answer that comes whole. */
export async function askForWhole(call: ModelCall, ways: Ways): Promise<AnswerDelta[]> {
  for (;;) {
    const exchange = await ways.build(ways.plan);
    try {
      const answers = await wholeAnswer(call, exchange);
      ways.plan.succeeded();
      return answers;
    } catch (error) {
      await change(error, exchange, call, ways);
    }
  }
}

async function change(error: unknown, exchange: Exchange, call: ModelCall, { plan, explain }: Ways): Promise<void> {
  try {
    await plan.adapt(error, bodyOf(exchange), call);
  } catch (final) {
    throw await explain(final);
  }
}

function bodyOf({ wire: { request } }: Exchange): Json {
  const body: unknown = JSON.parse(request.body ?? "{}");
  return isObject(body) ? body : {};
}
