import { describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { ConfigurationError, redisBudgetStore } from "../../../src/redis.js";
import { RedisServer } from "../../support/redis_server.js";
import { clients, clusterClients } from "./clients.js";
import { useRedis } from "./use_redis.js";

const MINUTE = 60_000;
const pot = { id: "calls:all", limit: 30 };
const hourly = { id: "usd:hourly", limit: 1_000, slidingMs: MINUTE };

describe.each([
  ["a server", clients, () => RedisServer.start()],
  ["a cluster", clusterClients, () => RedisServer.startCluster()],
])("of %s", (_, table, start) => {
  const redis = useRedis(start);

  describe.each(table)("%s", (_name, open) => {
    it("reserves, renews, settles and says what is in pots", async () => {
      const store = redisBudgetStore(redis.closed(await open(redis.server())));
      const hold = {
        id: "1",
        draws: [
          { pot, amount: 2 },
          { pot: hourly, amount: 700 },
        ],
      };
      const granted = await store.reserve(hold, MINUTE);
      expect(granted).toMatchObject({
        kind: "granted",
        pots: [
          { spent: 0, held: 2 },
          { spent: 0, held: 700 },
        ],
      });
      expect(Math.abs(Date.now() - granted.nowMs)).toBeLessThan(MINUTE);
      expect(await store.reserve({ ...hold, id: "2" }, MINUTE)).toMatchObject({ kind: "denied", index: 1 });
      await store.renew([{ ...hold, sentMsAgo: 0 }], MINUTE);
      await store.settle({ ...hold, sentMsAgo: 1 }, [1, 300]);
      expect((await store.state([pot, hourly])).pots).toEqual([
        { spent: 1, held: 0 },
        { spent: 300, held: 0 },
      ]);
    });

    it("grants as many of 100 reserves at once as fit", async () => {
      const store = redisBudgetStore(redis.closed(await open(redis.server())));
      const ids = Array.from({ length: 100 }, (__, index) => String(index));
      const answers = await Promise.all(ids.map((id) => store.reserve({ id, draws: [{ pot, amount: 1 }] }, MINUTE)));
      expect(answers.filter(({ kind }) => kind === "granted")).toHaveLength(30);
      expect((await store.state([pot])).pots).toEqual([{ spent: 0, held: 30 }]);
    });

    it("sends the script again to a server that lost it", async () => {
      const store = redisBudgetStore(redis.closed(await open(redis.server())));
      await store.settle({ id: "1", draws: [{ pot, amount: 1 }] }, [1]);
      await redis.server().command("SCRIPT", "FLUSH");
      expect((await store.state([pot])).pots).toEqual([{ spent: 1, held: 0 }]);
    });
  });
});

describe("a client of ioredis", () => {
  const redis = useRedis();

  it("may have a `keyPrefix`, and give numbers as texts", async () => {
    const client = new Redis(redis.server().url, { keyPrefix: "app:", stringNumbers: true });
    const store = redisBudgetStore(redis.closed({ client, close: () => client.disconnect() }));
    await store.settle({ id: "1", draws: [{ pot, amount: 1 }] }, [1]);
    expect((await store.state([pot])).pots).toEqual([{ spent: 1, held: 0 }]);
    const keys = await redis.server().command("KEYS", "*");
    expect([...(keys as string[])].sort()).toEqual([
      "app:{langchain-metered:budgets}",
      "app:{langchain-metered:budgets}:hold:1",
      "app:{langchain-metered:budgets}:pot::calls:all",
    ]);
  });

  it("sends the script whole only once, and by its hash from then on", async () => {
    const client = new Redis(redis.server().url);
    const store = redisBudgetStore(redis.closed({ client, close: () => client.disconnect() }));
    await redis.server().command("SCRIPT", "FLUSH");
    await redis.server().command("CONFIG", "RESETSTAT");
    for (const id of ["1", "2", "3"]) await store.settle({ id, draws: [{ pot, amount: 1 }] }, [1]);
    const said = String(await redis.server().command("INFO", "commandstats"));
    expect(/cmdstat_eval:calls=(\d+)/.exec(said)?.[1]).toBe("1");
    expect(/cmdstat_evalsha:calls=(\d+)/.exec(said)?.[1]).toBe("3");
  });
});

describe("redisBudgetStore refuses", () => {
  const client = { evalsha: async () => [], eval: async () => [] };

  it.each([
    [undefined],
    [null],
    ["redis://localhost"],
    [{}],
    [{ evalSha: async () => [] }],
    [{ eval: async () => [] }],
  ])("what is no client: %p", (value) => {
    // @ts-expect-error What callers without types may pass.
    const open = () => redisBudgetStore(value);
    expect(open).toThrow(ConfigurationError);
    expect(open).toThrow(/`redis` \(.*\) or of `ioredis`/);
  });

  it("an option that does not exist", () => {
    const open = () => redisBudgetStore(client, JSON.parse('{ "prefx": "a" }'));
    expect(open).toThrow("`redisBudgetStore` has no option `prefx`. Write `prefix`.");
  });

  it.each([
    ["prefix", ""],
    ["prefix", "{a}"],
    ["prefix", 1],
    ["create", "no"],
    ["now", 0],
    ["ledger", []],
  ])("an option that cannot be: %s", (name, value) => {
    const open = () => redisBudgetStore(client, { [name]: value });
    expect(open).toThrow(ConfigurationError);
    expect(open).toThrow(`\`${name}\` is `);
  });
});
