/** A process that draws on a pot: `spend` until it is empty, or `hold` and wait for its end. Arguments: what, url, its name. */
import { createClient } from "redis";
import { redisBudgetStore } from "../../../src/redis.js";

const [what = "", url = "", name = ""] = process.argv.slice(2);
// Whoever started it is gone: its client would look for the server for ever.
process.stdin.on("end", () => process.exit()).resume();
process.stdin.unref();
const client = createClient({ url });
client.on("error", () => {});
await client.connect();
const store = redisBudgetStore(client);
const pot = { id: "usd:shared", limit: 10_000 };
const MINUTE = 60_000;

/** Holds 7 at a time and spends 5 of them, until nothing fits. @returns what it spent */
async function spend(lane: number): Promise<number> {
  for (let spent = 0, call = 0; ; spent += 5, call += 1) {
    const hold = { id: `${name}-${lane}-${call}`, draws: [{ pot, amount: 7 }] };
    const { kind } = await store.reserve(hold, MINUTE);
    if (kind !== "granted") return spent;
    // Asked again, as after answers that were lost.
    await Promise.all([store.reserve(hold, MINUTE), store.settle(hold, [5]), store.settle(hold, [5])]);
  }
}

if (what === "hold") {
  for (let call = 0; call < 50; call += 1)
    await store.reserve({ id: `${name}-${call}`, draws: [{ pot, amount: 7 }] }, MINUTE);
  process.stdout.write("held\n");
} else {
  const lanes = await Promise.all(Array.from({ length: 25 }, (_, lane) => spend(lane)));
  process.stdout.write(`${lanes.reduce((sum, spent) => sum + spent, 0)}\n`);
  client.destroy();
}
