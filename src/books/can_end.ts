import { fieldsOf, itemsOf } from "../base/json.js";
import { areOwnFacts } from "../seam/own_facts.js";
import type { ExpectedCall } from "../ledger/expected_call.js";

/**
 * Whether a result or an error can be the end of a call: what a model of this package made has its facts, and nothing else has any.
 * Whoever may choose the id of a run may choose the same for one of another model, whose facts then must not price this answer.
 */
export function canEnd({ isOurs, modelRequested, host }: ExpectedCall, end: unknown): boolean {
  const facts = factsIn(end);
  if (facts === undefined) return !isOurs;
  return isOurs && facts.requested_model === modelRequested && facts.host === host;
}

/** Whether two starts are of one model of this package. */
export function isSameModel(a: ExpectedCall, b: ExpectedCall): boolean {
  return a.isOurs && a.modelRequested === b.modelRequested && a.host === b.host && a.pricing === b.pricing;
}

function factsIn(end: unknown) {
  const { generations, partialOutput } = fieldsOf(end);
  const [first] = itemsOf(generations).flatMap(itemsOf);
  const { metered } = fieldsOf(fieldsOf(partialOutput ?? fieldsOf(first).message).response_metadata);
  return areOwnFacts(metered) ? metered : undefined;
}
