import { describe, it } from "@jest/globals";
import { budgetStoreSuite } from "../../../src/testing.js";
import { redisHarness } from "./redis_harness.js";
import { useRedis } from "./use_redis.js";

describe("a store of budgets in Redis", () => {
  const redis = useRedis();
  for (const { name, run } of budgetStoreSuite(redisHarness(redis))) it(name, run);
});
