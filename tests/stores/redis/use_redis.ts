import { afterAll, afterEach, beforeAll } from "@jest/globals";
import { createClient } from "redis";
import { redisBudgetStore, type RedisBudgetStoreOptions } from "../../../src/redis.js";
import type { BudgetStore } from "../../../src/budget/store.js";
import { RedisServer } from "../../support/redis_server.js";
import type { OpenClient } from "./clients.js";

/** One server for all tests of a file, emptied after each, and stores on it that are closed after each. */
export function useRedis(start: () => Promise<RedisServer> = () => RedisServer.start()) {
  let server: RedisServer | undefined;
  const open: OpenClient[] = [];
  beforeAll(async () => {
    server = await start();
  });
  afterEach(async () => {
    for (const { close } of open.splice(0)) close();
    await server?.flush();
  });
  afterAll(() => server?.stop());
  const started = () => {
    if (server === undefined) throw new Error("The server has not started.");
    return server;
  };
  return {
    server: started,
    /** Closes a client after the test. */
    closed: (client: OpenClient) => {
      open.push(client);
      return client.client;
    },
    /** A store with a client of its own, as another process would have one. */
    store: async (options: RedisBudgetStoreOptions = {}): Promise<BudgetStore> => {
      const client = createClient({ url: started().url });
      client.on("error", () => {});
      await client.connect();
      open.push({ client, close: () => client.destroy() });
      return redisBudgetStore(client, options);
    },
  };
}
