/** The entry point `langchain-metered/postgres`: budgets that processes share by a PostgreSQL. Needs `pg`. */
export { BudgetUnavailableError, ConfigurationError } from "./base/errors.js";
export { postgresBudgetStore } from "./stores/postgres/postgres_budget_store.js";
export type { PostgresBudgetStoreOptions, PostgresPool } from "./stores/postgres/options.js";
