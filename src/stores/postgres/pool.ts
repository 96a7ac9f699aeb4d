import { checkOptions, type OptionCheck, type OptionChecks } from "../../base/check_options.js";
import { ConfigurationError } from "../../base/errors.js";
import { shown } from "../../base/shown.js";

/** What is needed of a `Pool` of `pg`, or of a package that is made like it. */
export interface PostgresPool {
  /** @param statement.query_timeout - after so many ms without an answer the connection is given up */
  query(statement: string | { text: string; query_timeout?: number }): Promise<unknown>;
  connect(): Promise<unknown>;
  readonly totalCount: number;
  /** Whether it was told to end. */
  readonly ending?: boolean;
  listenerCount?(event: "error"): number;
  on?(event: "error", listener: () => void): unknown;
}

/**
 * Checks what a user passed to `owner`, by the checks of its options. Where nobody listens to the pool's errors, a listener is added:
 * an idle connection that breaks would end the process.
 * @throws ConfigurationError for what is not a pool, and for options that are unknown or cannot be
 */
export function checkArguments<Options extends object>(
  owner: string,
  pool: unknown,
  options: Options,
  checks: OptionChecks<Options>,
): asserts pool is PostgresPool {
  if (!isPool(pool)) {
    throw new ConfigurationError(
      "pool",
      `\`${owner}\` was given \`${shown(pool)}\`, which is not a pool of \`pg\`.`,
      'Install `pg` and pass `new Pool({ connectionString })` of `import { Pool } from "pg"`; a single `Client` will not do.',
    );
  }
  checkOptions(`\`${owner}\``, options, checks);
  if (pool.listenerCount?.("error") === 0) pool.on?.("error", () => {});
}

function isPool(pool: unknown): pool is PostgresPool {
  if (typeof pool !== "object" || pool === null) return false;
  const { query, connect, totalCount } = pool as Partial<PostgresPool>; // each is looked at
  return typeof query === "function" && typeof connect === "function" && typeof totalCount === "number";
}

/** PostgreSQL cuts names after so many bytes. */
const MAX_NAME = 63;

/** What a schema's name may be. */
export const SCHEMA: OptionCheck = [
  (value) => isName(value, MAX_NAME),
  `It must be the name of a schema, of at most ${MAX_NAME} bytes.`,
];

/** Whether a value is a name that PostgreSQL keeps whole. */
export function isName(value: unknown, maxBytes: number): boolean {
  return (
    typeof value === "string" &&
    value !== "" &&
    !value.includes("\0") &&
    new TextEncoder().encode(value).length <= maxBytes
  );
}
