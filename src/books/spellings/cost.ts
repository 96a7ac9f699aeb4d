import { formatUsd, tryParseUsd, tryParseUsdOrNumber, type Usd } from "../../base/money.js";
import { shown } from "../../base/shown.js";
import type { Reading } from "./spelled.js";

/** A reading with its cost as decimal strings. One that is no amount, such as a negative one, makes the cost unknown. */
export function withCost(reading: Reading): Reading {
  const { cost, upstreamCost, ...rest } = reading;
  // A cost in parts is a form that no reader knows.
  if (typeof cost !== "number" && typeof cost !== "string") return rest;
  const said = amountOf(cost);
  const upstream = upstreamCost === undefined ? 0n : amountOf(upstreamCost);
  if (said === undefined || upstream === undefined) {
    const warning = `the server's own cost is ${shown(said === undefined ? cost : upstreamCost)}, which is no amount`;
    return { ...rest, isCostRefused: true, warnings: [...(rest.warnings ?? []), warning] };
  }
  return {
    ...rest,
    cost: formatUsd(said),
    ...(upstreamCost === undefined ? {} : { upstreamCost: formatUsd(upstream) }),
  };
}

/** Servers add doubles up, so that a cost may be written `0.00014949999999999998`: rounded to a pico-dollar. */
function amountOf(cost: unknown): Usd | undefined {
  const exact = tryParseUsdOrNumber(cost);
  if (exact !== undefined || typeof cost !== "number" || !(cost >= 0)) return exact;
  return tryParseUsd(cost.toFixed(DECIMALS));
}

const DECIMALS = 12;
