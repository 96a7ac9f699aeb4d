import { ConfigurationError } from "../../base/errors.js";
import { shown } from "../../base/shown.js";
import type { LedgerEntries } from "../../budget/seed.js";

/** What the store needs of a `Pool` of `pg`, or of a package that is made like it. */
export interface PostgresPool {
  query(text: string): Promise<unknown>;
  connect(): Promise<unknown>;
  readonly totalCount: number;
  listenerCount?(event: "error"): number;
  on?(event: "error", listener: () => void): unknown;
}

/** Options of `postgresBudgetStore`. */
export interface PostgresBudgetStoreOptions {
  /** Where its tables are. @default the first schema of the connection's `search_path` */
  schema?: string;
  /** What the names of its tables and of its function begin with. @default "metered_budget" */
  prefix?: string;
  /**
   * Make the tables where there are none. With false, a role will do that may select from, insert into, update and delete from
   * tables that another has made.
   * @default true
   */
  create?: boolean;
  /**
   * The entries of a ledger that all processes write to, such as `async () => (await readLedger(path)).entries`. What was spent of a
   * pot that the store does not know is read from there; without it, a store that has forgotten what it knew is refused. Give it to
   * all processes, or to none.
   */
  ledger?: () => LedgerEntries | Promise<LedgerEntries>;
  /** A clock in place of the server's, for tests. */
  now?: () => Date;
}

/** PostgreSQL cuts names after 63 bytes; endings come after the prefix. */
const MAX_PREFIX = 50;
const MAX_SCHEMA = 63;

type Check = readonly [fits: (value: unknown) => boolean, hint: string];

const CHECKS: Readonly<Record<keyof PostgresBudgetStoreOptions, Check>> = {
  schema: [(value) => isName(value, MAX_SCHEMA), `It must be the name of a schema, of at most ${MAX_SCHEMA} bytes.`],
  prefix: [(value) => isName(value, MAX_PREFIX), `It must be a text of at most ${MAX_PREFIX} bytes.`],
  create: [(value) => typeof value === "boolean", "Use true or false."],
  ledger: [(value) => typeof value === "function", "Pass a function that returns the ledger's entries."],
  now: [(value) => typeof value === "function", "Pass a function that returns a Date."],
};

/** @throws ConfigurationError for what is not a pool, and for options that are unknown or cannot be */
export function checkArguments(pool: unknown, options: PostgresBudgetStoreOptions): void {
  if (!isPool(pool)) {
    throw new ConfigurationError(
      "pool",
      `\`postgresBudgetStore\` was given \`${shown(pool)}\`, which is not a pool of \`pg\`.`,
      'Install `pg` and pass `new Pool({ connectionString })` of `import { Pool } from "pg"`; a single `Client` will not do.',
    );
  }
  for (const [option, value] of Object.entries(options)) {
    const check = Object.hasOwn(CHECKS, option) ? CHECKS[option as keyof PostgresBudgetStoreOptions] : undefined; // hasOwn says so
    if (check === undefined) {
      throw new ConfigurationError(
        option,
        `\`postgresBudgetStore\` has no option \`${option}\`.`,
        `It has ${Object.keys(CHECKS).join(", ")}.`,
      );
    }
    const [fits, hint] = check;
    if (value !== undefined && !fits(value))
      throw new ConfigurationError(option, `\`${option}\` is \`${shown(value)}\`.`, hint);
  }
}

function isPool(pool: unknown): pool is PostgresPool {
  if (typeof pool !== "object" || pool === null) return false;
  const { query, connect, totalCount } = pool as Partial<PostgresPool>; // each is looked at
  return typeof query === "function" && typeof connect === "function" && typeof totalCount === "number";
}

function isName(value: unknown, maxBytes: number): boolean {
  return (
    typeof value === "string" &&
    value !== "" &&
    !value.includes("\0") &&
    new TextEncoder().encode(value).length <= maxBytes
  );
}
