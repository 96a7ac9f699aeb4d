import { isObject } from "../../base/json.js";
import { billIn, type Bill } from "./cost.js";
import type { Fields } from "./spelled.js";

/** xAI counts what it billed in these, of which a dollar has ten thousand million. Source: docs.x.ai, "Cost Tracking". */
const TICKS_PER_USD = 1e10;

/** What a server's usage says that the call was billed at. */
export function costIn(usage: Fields): Bill {
  const { cost, cost_in_usd_ticks: ticks } = usage;
  if (typeof ticks === "number") return { cost: ticks / TICKS_PER_USD };
  if (isObject(cost)) return { cost: sumIn(cost) };
  return billIn(usage);
}

/** Perplexity says what each part cost, and their sum. */
function sumIn({ currency = "USD", total_cost }: Fields): unknown {
  return currency === "USD" ? total_cost : undefined;
}
