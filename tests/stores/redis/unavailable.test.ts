import { describe, expect, it } from "@jest/globals";
import { getRetryable } from "@langchain/core/errors";
import { Redis } from "ioredis";
import { BudgetUnavailableError, redisBudgetStore } from "../../../src/redis.js";
import { RedisServer } from "../../support/redis_server.js";
import { useRedis } from "./use_redis.js";

const MINUTE = 60_000;
const pot = { id: "usd:total", limit: 100 };
const hold = (id: string, amount: number) => ({ id, draws: [{ pot, amount }] });

async function expectUnavailable(asked: Promise<unknown>, said: string): Promise<void> {
  const error: unknown = await asked.catch((reason: unknown) => reason);
  if (!(error instanceof BudgetUnavailableError)) throw new Error("It was not refused.");
  expect(getRetryable(error)).toBe(true);
  expect(error.cause).toBeInstanceOf(Error);
  expect(error.message).toContain(said);
}

describe("a Redis that does not answer", () => {
  const redis = useRedis();

  const impatient = () => {
    const client = new Redis(redis.server().url, { maxRetriesPerRequest: 0, commandTimeout: 500 });
    client.on("error", () => {});
    return redisBudgetStore(redis.closed({ client, close: () => client.disconnect() }));
  };

  it("is unavailable while it stands still, and then goes on", async () => {
    const store = impatient();
    await store.reserve(hold("1", 60), MINUTE);
    redis.server().pause();
    await expectUnavailable(store.settle(hold("1", 60), [20]), "Command timed out");
    redis.server().resume();
    await store.settle(hold("1", 60), [20]);
    expect((await store.state([pot])).pots).toEqual([{ spent: 20, held: 0 }]);
  });

  it("is unavailable while it is gone, and has lost nothing when it is back", async () => {
    const store = impatient();
    await store.settle(hold("1", 60), [20]);
    await store.reserve(hold("2", 30), MINUTE);
    await redis.server().end("SIGKILL");
    await expectUnavailable(store.reserve(hold("3", 1), MINUTE), "did not answer");
    await redis.server().run();
    const other = await redis.store();
    expect((await other.state([pot])).pots).toEqual([{ spent: 20, held: 30 }]);
  });

  it("is unavailable as a replica", async () => {
    const replica = await RedisServer.start(["--replicaof", `127.0.0.1 ${redis.server().port}`]);
    try {
      const client = new Redis(replica.url);
      const store = redisBudgetStore(redis.closed({ client, close: () => client.disconnect() }));
      await expectUnavailable(store.reserve(hold("1", 1), MINUTE), "READONLY");
    } finally {
      await replica.stop();
    }
  });

  it("is unavailable where a cluster has none for its slot", async () => {
    const cluster = await RedisServer.startCluster();
    try {
      await cluster.command("CLUSTER", "DELSLOTSRANGE", "0", "16383");
      const client = new Redis(cluster.url);
      const store = redisBudgetStore(redis.closed({ client, close: () => client.disconnect() }));
      await expectUnavailable(store.reserve(hold("1", 1), MINUTE), "CLUSTERDOWN");
    } finally {
      await cluster.stop();
    }
  });
});
