import { RateLimiterMemory } from "rate-limiter-flexible";
import { memoryBudgetStore } from "../../src/budget/memory_store.js";
import { StoreClient } from "../../src/budget/store_client.js";
import { median } from "./median.js";

const LIMIT = 1e15;
const ROUNDS = 9;
const PAIRS = 10_000;
const pot = { id: "usd", limit: LIMIT };
const wants = [{ potAt: () => pot, amount: 5 }];

/** A hold that is taken and settled, once. */
function pairOf(onStoreDown: "closed" | "escrow"): () => Promise<void> {
  const client = StoreClient.of(memoryBudgetStore());
  return async () => {
    const { hold } = await client.reserve(wants, { leaseMs: 60_000, onStoreDown });
    client.sent(hold);
    await client.settle(hold, [3]);
  };
}

function storeAlone(): () => Promise<void> {
  const store = memoryBudgetStore();
  let count = 0;
  return async () => {
    const hold = { id: `${(count += 1)}`, draws: [{ pot, amount: 5 }] };
    await store.reserve(hold, 60_000);
    await store.settle(hold, [3]);
  };
}

function rateLimiter(): () => Promise<unknown> {
  const limiter = new RateLimiterMemory({ points: LIMIT, duration: 60 });
  return () => limiter.consume("usd", 5);
}

/** Microseconds of CPU time that one step takes. */
async function measure(step: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let count = 0; count < PAIRS; count += 1) await step();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / PAIRS;
}

const subjects = {
  "reserve + settle, the store alone": storeAlone(),
  "reserve + settle, closed": pairOf("closed"),
  "reserve + settle, escrow": pairOf("escrow"),
  "consume, rate-limiter-flexible": rateLimiter(),
};
const figures = new Map<string, number[]>();
// In turns, so that all meet the same neighbours on the machine.
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, step] of Object.entries(subjects)) {
    const figure = await measure(step);
    figures.set(name, [...(figures.get(name) ?? []), figure]);
  }
}
for (const [name, samples] of figures)
  console.log(`${name.padEnd(36)}${median(samples).toFixed(2)} us of CPU, in memory`);
process.exit();
