import type { BoundedCost } from "../ledger/price_call.js";
import type { UsageReport } from "./usage_report.js";

/** A cost with what is to be said of the usage that it was worked out from. How it was counted does not matter to what the server itself says of the cost. */
export function noted(cost: BoundedCost, report: UsageReport): BoundedCost {
  const isBilled = cost.basis === "server";
  const { assumptions = [], warnings = [] } = report;
  cost.warnings.push(...warnings);
  if (!isBilled) cost.assumptions.push(...assumptions);
  const atLeast = isBilled ? report.costAtLeast : report.atLeast;
  if (atLeast === undefined) return cost;
  cost.warnings.push(`the cost is a lower bound: ${atLeast}`);
  return Object.assign(cost, { isLowerBound: true, highUsd: undefined });
}
