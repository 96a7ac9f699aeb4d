import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "@jest/globals";
import { useRedis } from "./use_redis.js";

const MINUTE = 60_000;
const pot = { id: "usd:shared", limit: 10_000 };

describe("a pot of several processes", () => {
  const redis = useRedis();

  function run(what: string, name: string) {
    const script = ["--import", "tsx", "tests/stores/redis/spender_process.ts"];
    return spawn(process.execPath, [...script, what, redis.server().url, name], {
      stdio: ["pipe", "pipe", "inherit"],
    });
  }

  it("is used up to its limit by four of them, each with 25 calls at once", async () => {
    const spent = await Promise.all(["a", "b", "c", "d"].map((name) => text(run("spend", name).stdout)));
    const total = spent.reduce((sum, each) => sum + Number(each), 0);
    expect((await (await redis.store()).state([pot])).pots).toEqual([{ spent: total, held: 0 }]);
    // The last hold of 7 fits while 9,993 are spent and held at most.
    expect(total).toBeGreaterThan(9_993 - 100 * 7);
    expect(total).toBeLessThanOrEqual(10_000);
  });

  it("is charged what one held that was killed, once its leases have ended", async () => {
    const child = run("hold", "killed");
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect((await (await redis.store()).state([pot])).pots).toEqual([{ spent: 0, held: 350 }]);
    const later = await redis.store({ now: () => new Date(Date.now() + 2 * MINUTE) });
    expect((await later.state([pot])).pots).toEqual([{ spent: 350, held: 0 }]);
    await later.settle({ id: "killed-0", draws: [{ pot, amount: 7 }] }, [2]);
    expect((await later.state([pot])).pots).toEqual([{ spent: 345, held: 0 }]);
  });
});
