import { fieldsOf, isObject } from "../../base/json.js";
import type { Fields, Reading } from "./spelled.js";

/** xAI counts what it billed in these, of which a dollar has ten thousand million. Source: docs.x.ai, "Cost Tracking". */
const TICKS_PER_USD = 1e10;

/** What a server's usage says that the call was billed at. */
export function costIn(usage: Fields): Pick<Reading, "cost" | "upstreamCost"> {
  const { cost, cost_in_usd_ticks: ticks } = usage;
  if (typeof ticks === "number") return { cost: ticks / TICKS_PER_USD };
  if (isObject(cost)) return { cost: sumIn(cost) };
  // Beside a fee, where the caller's own key was used; else it repeats the cost.
  const upstreamCost = usage.is_byok === true ? fieldsOf(usage.cost_details).upstream_inference_cost : undefined;
  return { cost, upstreamCost };
}

/** Perplexity says what each part cost, and their sum. */
function sumIn({ currency = "USD", total_cost }: Fields): unknown {
  return currency === "USD" ? total_cost : undefined;
}
