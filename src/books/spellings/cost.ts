import { formatUsd, tryParseUsd, tryParseUsdOrNumber, type Usd } from "../../base/money.js";
import { shown } from "../../base/shown.js";
import { fieldsOf } from "../../base/json.js";
import { withNotes } from "../with_notes.js";
import type { Evidence } from "./evidence.js";
import type { Fields, Reading } from "./spelled.js";

/** What a report says of its cost. */
export type Bill = Pick<Reading, "cost" | "upstreamCost" | "costAtLeast">;

/**
 * What usage says that it was billed at, in OpenRouter's words, which LiteLLM speaks too. With a key of one's own the cost is
 * OpenRouter's fee alone, and the key's provider bills the rest. https://openrouter.ai/docs/use-cases/usage-accounting
 */
export function billIn({ cost, is_byok, cost_details }: Fields): Bill {
  if (is_byok !== true) return { cost };
  const upstreamCost = fieldsOf(cost_details).upstream_inference_cost;
  if (upstreamCost !== undefined && upstreamCost !== null) return { cost, upstreamCost };
  return { cost, costAtLeast: "it is OpenRouter's fee for the use of one's own key, whose provider bills the rest" };
}

/** A reading with the bill beside the counts, whatever words these are in: such a server speaks several providers' languages. */
export function withBill(reading: Reading | undefined, { heard, metadata }: Evidence): Reading | undefined {
  if (reading?.cost !== undefined) return reading;
  // Merged chunks have the sum of all figures.
  const last = heard?.lastRaw;
  const bill = billIn(last?.cost === undefined ? fieldsOf(metadata.usage) : last);
  return bill.cost === undefined ? reading : { ...reading, ...bill };
}

/** A reading with its cost as decimal strings. One that is no amount, such as a negative one, makes the cost unknown. */
export function withCost(reading: Reading): Reading {
  const { cost, upstreamCost, ...rest } = reading;
  // A cost in parts is a form that no reader knows.
  if (typeof cost !== "number" && typeof cost !== "string") return rest;
  const said = amountOf(cost);
  const upstream = upstreamCost === undefined ? 0n : amountOf(upstreamCost);
  if (said === undefined || upstream === undefined) {
    const warning = `the server's own cost is ${shown(said === undefined ? cost : upstreamCost)}, which is no amount`;
    return withNotes({ ...rest, isCostRefused: true }, { warnings: [warning] });
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
