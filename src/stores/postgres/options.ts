import { isFunction, SWITCH, type OptionChecks } from "../../base/check_options.js";
import type { LedgerEntries } from "../../budget/seed.js";
import { checkArguments, isName, SCHEMA, type PostgresPool } from "./pool.js";

/** Options of `postgresBudgetStore`. */
export interface PostgresBudgetStoreOptions {
  /** Where its tables are. @default the first schema of the connection's `search_path` */
  schema?: string | undefined;
  /** What the names of its tables and of its function begin with. @default "metered_budget" */
  prefix?: string | undefined;
  /**
   * Make the tables where there are none. With false, a role will do that may select from, insert into, update and delete from
   * tables that another has made.
   * @default true
   */
  create?: boolean | undefined;
  /**
   * The entries of a ledger that all processes write to, such as `async () => (await readLedger(path)).entries`. What was spent of a
   * pot that the store does not know is read from there; without it, a store that has forgotten what it knew is refused. Give it to
   * all processes, or to none.
   */
  ledger?: (() => LedgerEntries | Promise<LedgerEntries>) | undefined;
  /** A clock in place of the server's, for tests. */
  now?: (() => Date) | undefined;
}

/** PostgreSQL cuts names after 63 bytes; endings come after the prefix. */
const MAX_PREFIX = 50;

const CHECKS: OptionChecks<PostgresBudgetStoreOptions> = {
  schema: SCHEMA,
  prefix: [(value) => isName(value, MAX_PREFIX), `It must be a text of at most ${MAX_PREFIX} bytes.`],
  create: SWITCH,
  ledger: [isFunction, "Pass a function that returns the ledger's entries."],
  now: [isFunction, "Pass a function that returns a Date."],
};

/** @throws ConfigurationError for what is not a pool, and for options that are unknown or cannot be */
export function checkStore(pool: unknown, options: PostgresBudgetStoreOptions): asserts pool is PostgresPool {
  checkArguments("postgresBudgetStore", pool, options, CHECKS);
}
