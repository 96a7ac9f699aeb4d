import { ConfigurationError } from "../base/errors.js";
import { shown } from "../base/shown.js";
import { isPriceTable, type PriceTable } from "../pricing/look_up/schema.js";
import type { DeclaredPricing } from "../seam/declared_pricing.js";

/** What a budget needs to know of a model of another package. */
export interface WithBudgetOptions {
  /** The model's price. Wins over every table. */
  pricing?: DeclaredPricing;
  /** Prices that go before the built-in ones; see `definePriceTable`. */
  table?: PriceTable;
  /**
   * The call options by which a model's answers keep to a limit, where its class has none that is known.
   * @default found by looking at what the call is parametrised with
   */
  limitOutput?: (tokens: number) => object;
}

/** What each option may be; what a price may be is for those to say who use it. */
const CHECKS: Readonly<Record<keyof WithBudgetOptions, readonly [fits: (value: unknown) => boolean, hint: string]>> = {
  pricing: [() => true, ""],
  table: [isPriceTable, "Pass what `definePriceTable` returns."],
  limitOutput: [
    (value) => typeof value === "function",
    "Pass a function, such as `(tokens) => ({ max_tokens: tokens })`.",
  ],
};

/** @throws ConfigurationError for options that do not exist, and values that cannot be */
export function checkOptions(options: WithBudgetOptions): void {
  for (const [option, value] of Object.entries(options)) {
    const check = Object.hasOwn(CHECKS, option) ? CHECKS[option as keyof WithBudgetOptions] : undefined; // hasOwn says so
    if (check === undefined) {
      const names = Object.keys(CHECKS).join(", ");
      throw new ConfigurationError(option, `\`withBudget\` has no option \`${option}\`.`, `It has ${names}.`);
    }
    const [fits, hint] = check;
    if (value !== undefined && !fits(value))
      throw new ConfigurationError(option, `\`${option}\` is \`${shown(value)}\`.`, hint);
  }
}
