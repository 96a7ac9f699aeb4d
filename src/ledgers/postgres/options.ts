import { SWITCH, wholeFrom, type OptionChecks } from "../../base/check_options.js";
import { checkArguments, isName, SCHEMA, type PostgresPool } from "../../stores/postgres/pool.js";

/** Options of `PostgresLedger`. */
export interface PostgresLedgerOptions {
  /** Where its table is. @default the first schema of the connection's `search_path` */
  schema?: string | undefined;
  /** The table's name, with which the names of its views begin. @default "metered_ledger" */
  table?: string | undefined;
  /**
   * Make the table where there is none, and bring an older one up to date. With false, a role will do that may insert into the table,
   * select from it where it reads, and select from its `..._version`.
   * @default true
   */
  create?: boolean | undefined;
  /**
   * A file, such as `spill.jsonl`, for entries that the server does not take in time. They are written into the table later: by this
   * ledger, or by the next one that is given the same file. Several processes may share it.
   */
  spill?: string | undefined;
  /** How many entries wait in memory at most. Those above it go to `spill`; without one they are lost, with a warning. @default 10000 */
  maxPending?: number | undefined;
  /**
   * For how long a server that does not take entries is asked again, before they go to `spill`. Without one they stay in memory, with a
   * warning, and are tried on.
   * @default 60000
   */
  patienceMs?: number | undefined;
}

/** PostgreSQL cuts names after 63 bytes; endings come after the table's name. */
const MAX_TABLE = 50;

const [isWhole] = wholeFrom(1);

const CHECKS: OptionChecks<PostgresLedgerOptions> = {
  schema: SCHEMA,
  table: [(value) => isName(value, MAX_TABLE), `It must be a name of at most ${MAX_TABLE} bytes.`],
  create: SWITCH,
  spill: [(value) => typeof value === "string" && value !== "", "Name a file, such as `spill.jsonl`."],
  maxPending: wholeFrom(1),
  patienceMs: [isWhole, "It must be a whole number of milliseconds of at least 1."],
};

/** @throws ConfigurationError for what is not a pool, and for options that are unknown or cannot be */
export function checkLedger(pool: unknown, options: PostgresLedgerOptions): asserts pool is PostgresPool {
  checkArguments("PostgresLedger", pool, options, CHECKS);
}
