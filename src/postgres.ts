/**
 * A ledger in a PostgreSQL, and budgets that processes share by one. Needs `pg`.
 * @module langchain-metered/postgres
 */
export { BudgetUnavailableError, ConfigurationError, MeteredError } from "./base/errors.js";
export { postgresBudgetStore } from "./stores/postgres/postgres_budget_store.js";
export type { PostgresBudgetStoreOptions } from "./stores/postgres/options.js";
export type { PostgresPool } from "./stores/postgres/pool.js";
export { PostgresLedger } from "./ledgers/postgres/postgres_ledger.js";
export type { PostgresLedgerOptions } from "./ledgers/postgres/options.js";
export type { LedgerRange } from "./ledgers/postgres/statements.js";
export type { LedgerEntries } from "./budget/seed.js";
