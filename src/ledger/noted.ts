import type { BoundedCost } from "./price_call.js";

/** What is to be said of the usage that a cost was worked out from. */
export interface UsageNotes {
  /** What was derived or assumed to read it. */
  assumptions?: readonly string[];
  /** What is wrong with it, or contradicts something else. */
  warnings?: readonly string[];
  /** Why more may have been billed than the counts say. */
  atLeast?: string;
}

/** A cost that says what there is to say of its usage. Where the server itself said the cost, it does not hang on the usage. */
export function noted(cost: BoundedCost, { assumptions = [], warnings = [], atLeast }: UsageNotes): BoundedCost {
  if (cost.basis === "server") return cost;
  cost.assumptions.push(...assumptions);
  cost.warnings.push(...warnings);
  // What is free costs nothing, however much of it there was; what has no price has no bounds.
  if (atLeast === undefined || cost.status !== "priced") return cost;
  cost.warnings.push(`the cost is a lower bound: ${atLeast}`);
  return Object.assign(cost, { isLowerBound: true, highUsd: undefined });
}
