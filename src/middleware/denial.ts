import { BudgetExceededError, BudgetUnavailableError } from "../base/errors.js";
import { fieldsOf } from "../base/json.js";

/** Errors that end an agent. */
export type Denial = BudgetExceededError | BudgetUnavailableError;

/** Longer chains of causes go round in a circle. */
const DEEPEST = 32;

/** A budget's refusal, also inside the errors that other middleware makes of it. */
export function denialIn(error: unknown, onUnavailable: "throw" | "end"): Denial | undefined {
  let inner = error;
  for (let depth = 0; depth < DEEPEST && inner !== undefined; depth += 1) {
    if (BudgetExceededError.isInstance(inner)) return inner;
    if (BudgetUnavailableError.isInstance(inner)) return onUnavailable === "end" ? inner : undefined;
    inner = inner instanceof Error ? fieldsOf(inner).cause : undefined;
  }
  return undefined;
}
