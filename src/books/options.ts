import { checkOptions, isFunction, SWITCH, type OptionChecks } from "../base/check_options.js";
import type { Budget } from "../budget/budget.js";
import type { BudgetInput } from "../budget/input.js";
import type { Ledger } from "../ledger/entry.js";
import { checkRefresh, type RefreshPricesInput } from "./fresh_prices.js";
import { isPriceTable, type PriceTable } from "../pricing/look_up/schema.js";

/** What to do about calls that have no price. */
export type OnUnpriced = "warn" | "throw" | "zero";

/** Options of `CostCallbackHandler`. */
export interface CostCallbackHandlerInput {
  /** Prices that go before the built-in ones; see `definePriceTable`. */
  table?: PriceTable | undefined;
  /**
   * What to do about calls that have no price. `warn`: count them in `unpricedCalls` and warn once per model. `throw`:
   * refuse them before any request is sent. `zero`: count them in `unpricedCalls`, at no cost.
   * @default "warn"
   */
  onUnpriced?: OnUnpriced | undefined;
  /**
   * Limits on what calls may spend. This package's models ask before each request; for other packages' models see `withBudget`, or
   * `raiseError`.
   */
  budget?: BudgetInput | Budget | readonly (BudgetInput | Budget)[] | undefined;
  /** Where each call's entry goes, beside the totals: a ledger, or several. One that fails is a warning, and the others go on. */
  ledger?: Ledger | readonly Ledger[] | undefined;
  /**
   * Reads Fireworks' own price list in the background, when a call starts and the last reading is older than `everyHours`. Its prices go
   * before the built-in ones and after `table`, in which those of `loadPrices` are brought up to date; they are for the calls that start
   * after they came. No call waits for them; where they do not come, the prices stay as they are, with a warning.
   * @default undefined, and nobody is asked
   */
  refreshPrices?: RefreshPricesInput | undefined;
  /** Warn when a price was last checked more than this many days before the call. */
  maxPriceAgeDays?: number | undefined;
  /**
   * Believe what any server says of its prices: the cost of a call, the model that served it, its service tier, its time. Without it
   * that counts where the provider is known by the model's class or by the host, and where nothing else is known; elsewhere it makes
   * a call dearer, never cheaper.
   * @default false
   */
  trustServerPrices?: boolean | undefined;
  /** How many open runs, and how many ended ones, are remembered; the oldest are forgotten first. @default 10000 */
  maxRuns?: number | undefined;
  /** Is told each new warning, once. */
  onWarning?: ((warning: string) => void) | undefined;
  /**
   * Lets `onUnpriced: "throw"` and `budget` refuse calls of other packages' models too, when their run starts: a budget looks whether
   * anything is left, and holds nothing, so that calls at the same time may pass it together. Core then lets this handler's errors
   * fail a call; this package's own models need no such help.
   * @default false
   */
  raiseError?: boolean | undefined;
}

const CHECKS: OptionChecks<CostCallbackHandlerInput> = {
  budget: [
    (value) => typeof value === "object" && value !== null,
    'Pass `{ limitUsd: "5.00" }`, a `Budget`, or a list of them.',
  ],
  table: [isPriceTable, "Pass what `definePriceTable` returns."],
  onUnpriced: [(value) => value === "warn" || value === "throw" || value === "zero", 'Use "warn", "throw" or "zero".'],
  ledger: [
    (value) => (Array.isArray(value) ? value.every(isLedger) : isLedger(value)),
    "Pass a `JsonlLedger`, a `MemoryLedger`, an object with a method `record(entry)`, or a list of them.",
  ],
  maxPriceAgeDays: [(value) => typeof value === "number" && value >= 0, "It must be a number of days of at least 0."],
  refreshPrices: [(value) => typeof value === "object" && value !== null, "Pass `{ everyHours: 24 }`."],
  trustServerPrices: SWITCH,
  maxRuns: [(value) => Number.isInteger(value) && Number(value) >= 1, "It must be a whole number of at least 1."],
  onWarning: [isFunction, "Pass a function."],
  raiseError: SWITCH,
};

/** @throws ConfigurationError */
export function checkInput(input: CostCallbackHandlerInput): void {
  checkOptions("`CostCallbackHandler`", input, CHECKS);
  if (input.refreshPrices !== undefined) checkRefresh(input.refreshPrices);
}

function isLedger(value: unknown): boolean {
  return typeof value === "object" && value !== null && "record" in value && typeof value.record === "function";
}
