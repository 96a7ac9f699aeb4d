import { checkOptions, isFunction, type OptionChecks } from "../base/check_options.js";
import { isPriceTable, type PriceTable } from "../pricing/look_up/schema.js";
import type { DeclaredPricing } from "../seam/declared_pricing.js";

/** What a budget needs to know of a model of another package. */
export interface WithBudgetOptions {
  /** The model's price. Wins over every table. */
  pricing?: DeclaredPricing | undefined;
  /** Prices that go before the built-in ones; see `definePriceTable`. */
  table?: PriceTable | undefined;
  /**
   * The call options by which a model's answers keep to a limit, where its class has none that is known.
   * @default found by looking at what the call is parametrised with
   */
  limitOutput?: ((tokens: number) => object) | undefined;
}

/** What a price may be is for those to say who use it. */
export const GATING_CHECKS: OptionChecks<WithBudgetOptions> = {
  pricing: [() => true, ""],
  table: [isPriceTable, "Pass what `definePriceTable` returns."],
  limitOutput: [isFunction, "Pass a function, such as `(tokens) => ({ max_tokens: tokens })`."],
};

/** @throws ConfigurationError for options that do not exist, and values that cannot be */
export function checkGating(options: WithBudgetOptions): void {
  checkOptions("`withBudget`", options, GATING_CHECKS);
}
