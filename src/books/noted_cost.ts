import type { BoundedCost } from "../ledger/price_call.js";
import type { UsageReport } from "./usage_report.js";

/** A cost with what is to be said of the usage that it was worked out from. A figure by the server itself needs no such word. */
export function noted(cost: BoundedCost, { assumptions, warnings, atLeast }: UsageReport): BoundedCost {
  if (cost.basis === "server" || (assumptions ?? warnings ?? atLeast) === undefined) return cost;
  cost.assumptions.push(...(assumptions ?? []));
  cost.warnings.push(...(warnings ?? []));
  if (atLeast === undefined) return cost;
  cost.warnings.push(`the cost is a lower bound: ${atLeast}`);
  return Object.assign(cost, { isLowerBound: true, highUsd: undefined });
}
