import type { Ledger } from "../ledger/entry.js";
import type { CostOptions } from "../pricing/cost.js";
import type { PriceTable } from "../pricing/schema.js";

/** What to do about calls that have no price. */
export type OnUnpriced = "warn" | "throw" | "zero";

/** Options of `CostCallbackHandler`. */
export interface CostCallbackHandlerInput {
  /** Prices that go before the built-in ones; see `definePriceTable`. */
  table?: PriceTable;
  /**
   * What to do about calls that have no price. `warn`: count them in `unpricedCalls` and warn once per model. `throw`:
   * refuse them before any request is sent. `zero`: count them in `unpricedCalls`, at no cost.
   * @default "warn"
   */
  onUnpriced?: OnUnpriced;
  /** Where each call's entry goes, beside the totals. */
  ledger?: Ledger;
  /** Warn when a price was last checked more than this many days before the call. */
  maxPriceAgeDays?: number;
  /** How many open runs, and how many ended ones, are remembered; the oldest are forgotten first. @default 10000 */
  maxRuns?: number;
  /** Is told each new warning, once. */
  onWarning?: (warning: string) => void;
  /**
   * Lets `onUnpriced: "throw"` refuse calls of other packages' models too, when their run starts. Core then lets
   * this handler's errors fail a call; this package's own models need no such help.
   * @default false
   */
  raiseError?: boolean;
}

/** The options that pricing takes. */
export function toCostOptions({ table, maxPriceAgeDays }: CostCallbackHandlerInput): CostOptions {
  return { table, maxAgeDays: maxPriceAgeDays };
}
