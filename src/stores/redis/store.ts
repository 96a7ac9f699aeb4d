import type { BudgetStore, OpenHold, Pot } from "../../budget/store.js";
import type { RedisClient } from "./client.js";
import { Exchange } from "./exchange.js";
import type { RedisBudgetStoreOptions } from "./options.js";
import { requestedDraw, requestedHold } from "./request.js";

/**
 * A store of budgets in Redis, 5 or later, for all processes that use the same `prefix`. Its server must not evict keys
 * (`maxmemory-policy noeviction`), and what it loses when it dies is what it has not written to disk (`appendonly yes`).
 * @param client - a connected client of the package `redis` or `ioredis`, or its cluster's
 * @throws ConfigurationError for what is no such client, and for options that do not exist
 */
export function redisBudgetStore(client: RedisClient, options: RedisBudgetStoreOptions = {}): BudgetStore {
  const exchange = new Exchange(client, options);
  return {
    async reserve(hold, lease) {
      const request = { operation: "reserve", holds: [requestedHold(hold)], lease } as const;
      const { kind, nowMs, index, retryInMs, pots } = await exchange.ask(request, potsOf([hold]));
      if (kind === "stale") return { kind, nowMs };
      return kind === "denied" ? { kind, index, retryInMs, nowMs, pots } : { kind: "granted", nowMs, pots };
    },
    async renew(holds, lease) {
      if (holds.length === 0) return;
      const request = { operation: "renew", holds: holds.map((hold) => requestedHold(hold)), lease } as const;
      await exchange.ask(request, potsOf(holds));
    },
    async settle(hold, amounts) {
      const request = { operation: "settle", holds: [requestedHold(hold, amounts)] } as const;
      await exchange.ask(request, potsOf([hold]));
    },
    async state(pots) {
      const draws = pots.map((pot) => requestedDraw({ pot, amount: 0 }));
      const reply = await exchange.ask({ operation: "state", holds: [{ id: "", draws }] }, pots);
      return { nowMs: reply.nowMs, pots: reply.pots };
    },
  };
}

function potsOf(holds: readonly OpenHold[]): Pot[] {
  return holds.flatMap(({ draws }) => draws.map(({ pot }) => pot));
}
