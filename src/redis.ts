/**
 * Budgets that processes share by a Redis. Needs `redis` or `ioredis`.
 * @module langchain-metered/redis
 */
export { redisBudgetStore } from "./stores/redis/store.js";
export type { IoRedisClient, NodeRedisClient, RedisClient } from "./stores/redis/client.js";
export type { RedisBudgetStoreOptions } from "./stores/redis/options.js";
export { BudgetUnavailableError, ConfigurationError } from "./base/errors.js";
export type { LedgerEntries } from "./budget/seed.js";
