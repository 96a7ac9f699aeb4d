import { checkOptions, isFunction, type OptionChecks } from "../../base/check_options.js";
import type { LedgerEntries } from "../../budget/seed.js";

/** How a Redis keeps budgets. */
export interface RedisBudgetStoreOptions {
  /** What its keys begin with, in braces. All processes that share budgets write the same. @default "langchain-metered:budgets" */
  prefix?: string | undefined;
  /** For tests: the clock of windows, leases and sliding amounts. @default the server's */
  now?: (() => Date) | undefined;
  /** `false` where there must be a store already: in processes that join others. @default true */
  create?: boolean | undefined;
  /**
   * The entries of the ledger on which all calls are that draw on these budgets. With it, what a Redis forgot is counted again;
   * without it, one that forgot is refused from then on. It is read for each pot that is not known.
   */
  ledger?: (() => LedgerEntries | Promise<LedgerEntries>) | undefined;
}

const CHECKS: OptionChecks<RedisBudgetStoreOptions> = {
  // The first pair of braces is what a cluster looks at: with others in it, keys would be in different slots.
  prefix: [(value) => typeof value === "string" && /^[^{}]+$/.test(value), "It must be a text without braces."],
  now: [isFunction, "It must be a function that gives a `Date`."],
  create: [(value) => typeof value === "boolean", "It must be true or false."],
  ledger: [isFunction, "It must be a function that gives the ledger's entries."],
};

/** @throws ConfigurationError for an option that does not exist, or not with that value */
export function checkStore(options: RedisBudgetStoreOptions): void {
  checkOptions("`redisBudgetStore`", options, CHECKS);
}
