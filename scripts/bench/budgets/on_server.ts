import { Redis } from "ioredis";
import pg from "pg";
import { RateLimiterRedis } from "rate-limiter-flexible";
import { createClient } from "redis";
import { BudgetUnavailableError, postgresBudgetStore } from "../../../src/postgres.js";
import { redisBudgetStore } from "../../../src/redis.js";
import { startPostgres } from "../../simulate/budget/postgres_server.js";
import { startRedis } from "../../simulate/budget/redis_server.js";
import { pairOf } from "./pair.js";

const CONCURRENT = 100;
const WARM_UP = 500;

/** What is measured on a server, and how to end its connections. */
interface Subjects {
  steps: Record<string, () => Promise<unknown>>;
  /** How often each step is done: a PostgreSQL that writes each change to its disk is slow where the disk is. */
  times: number;
  close: () => Promise<unknown>;
}

const SERVERS = {
  redis: { start: startRedis, subjects: onRedis },
  postgres: { start: startPostgres, subjects: onPostgres },
} as const;

/** Prints milliseconds, each for a hold that is taken and settled while many others are, of one pot on a server of its own. */
export async function measureOnServer(kind: keyof typeof SERVERS, print: (line: string) => void): Promise<void> {
  const server = await SERVERS[kind].start();
  try {
    const subjects = await SERVERS[kind].subjects(server.url);
    for (const [name, step] of Object.entries(subjects.steps)) {
      await durations(step, WARM_UP);
      const started = performance.now();
      const taken = await durations(step, subjects.times);
      const perSecond = (taken.length / (performance.now() - started)) * 1000;
      print(`${name.padEnd(46)}${figuresOf(taken, subjects.times)}, ${perSecond.toFixed(0)} a second, on ${kind}`);
    }
    await subjects.close();
  } finally {
    await server.stop();
  }
}

/** A step that its store did not answer in time took no time that says anything. */
function figuresOf(taken: readonly number[], times: number): string {
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor(part * sorted.length)]?.toFixed(2);
  const late = times - taken.length;
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms${late === 0 ? "" : `, ${late} of ${times} not answered`}`;
}

async function onRedis(url: string): Promise<Subjects> {
  const client = await createClient({ url }).connect();
  // The default of those who keep what Redis holds on a disk.
  await client.configSet("appendfsync", "everysec");
  const other = new Redis(url);
  const limiter = new RateLimiterRedis({ storeClient: other, points: 1e15, duration: 60 });
  return {
    steps: {
      "reserve + settle, closed, redis": pairOf(redisBudgetStore(client), "closed"),
      "reserve + settle, closed, ioredis": pairOf(redisBudgetStore(other), "closed"),
      "reserve + settle, escrow, redis": pairOf(redisBudgetStore(client), "escrow"),
      "consume, rate-limiter-flexible (ioredis)": () => limiter.consume("usd", 5),
    },
    times: 20_000,
    close: async () => (client.destroy(), other.disconnect()),
  };
}

async function onPostgres(url: string): Promise<Subjects> {
  const pool = new pg.Pool({ connectionString: url });
  return {
    steps: {
      "reserve + settle, closed, 10 connections": pairOf(postgresBudgetStore(pool), "closed"),
      "reserve + settle, escrow, 10 connections": pairOf(postgresBudgetStore(pool), "escrow"),
    },
    times: 2_000,
    close: () => pool.end(),
  };
}

/** How long each of so many steps took, of which many are under way at every moment; without those that were not answered. */
async function durations(step: () => Promise<unknown>, times: number): Promise<number[]> {
  const taken: number[] = [];
  let left = times;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      const started = performance.now();
      const isAnswered = await step().then(
        () => true,
        (error: unknown) => {
          if (!BudgetUnavailableError.isInstance(error)) throw error;
          return false;
        },
      );
      if (isAnswered) taken.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, lane));
  return taken;
}
