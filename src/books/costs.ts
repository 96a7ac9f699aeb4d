import type { Totals } from "../ledger/tally.js";

/** The origin's four figures. Costs are numbers in USD, `undefined` when nothing could be priced. */
export interface Costs {
  totalPromptTokens: number;
  totalCompletionTokens: number;
  totalCost: number | undefined;
  totalBudget: number | undefined;
}

/** The sums so far, with what there is to know about them. */
export interface CostTotals extends Totals {
  /** Calls that have started and not ended. Other packages' streams stay here when their reader leaves them. */
  openCalls: number;
  /** What may be wrong, what was assumed, and what the sums leave out: each once. */
  warnings: string[];
}

/** Sums in the origin's form. @param limitUsd - the limit of the budget, where there is one */
export function toCosts({ inputTokens, outputTokens, costUsd }: Totals, limitUsd: number | undefined): Costs {
  return {
    totalPromptTokens: inputTokens,
    totalCompletionTokens: outputTokens,
    totalCost: costUsd === undefined ? undefined : Number(costUsd),
    totalBudget: limitUsd,
  };
}
