import { rm } from "node:fs/promises";
import type { BudgetStoreHarness } from "../../../src/testing.js";
import type { useRedis } from "./use_redis.js";

/** A server is emptied before each case: then nobody has used it. */
export function redisHarness({ server, store }: ReturnType<typeof useRedis>): BudgetStoreHarness {
  return {
    open: ({ now }) => store({ now }),
    fresh: () => server().flush(),
    empty: () => server().flush(),
    snapshot: async () => {
      const snapshot = await server().snapshot();
      return async () => {
        await server().restartWith(snapshot);
        await rm(snapshot, { recursive: true });
      };
    },
  };
}
