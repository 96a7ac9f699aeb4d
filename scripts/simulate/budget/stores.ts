import { Redis } from "ioredis";
import pg from "pg";
import { createClient } from "redis";
import type { BudgetStore } from "../../../src/budget/store.js";
import { postgresBudgetStore } from "../../../src/postgres.js";
import { redisBudgetStore } from "../../../src/redis.js";
import type { StoreKind } from "./messages.js";

/** A store of budgets, and how to end its connections. */
export interface OpenStore {
  /** `undefined`: this process's memory. */
  store: BudgetStore | undefined;
  close(): Promise<void>;
}

/** How a process opens its store. */
export interface Opening {
  /** Whether it may begin anew where it finds nothing. */
  create: boolean;
  /** Of the process: those of odd numbers take the other client, where there are two. */
  number: number;
}

/** Opens a store. */
export async function openStore({ kind, url }: { kind: StoreKind; url: string }, opening: Opening): Promise<OpenStore> {
  switch (kind) {
    case "memory":
      return { store: undefined, close: async () => {} };
    case "redis":
      return opening.number % 2 === 0 ? nodeRedis(url, opening.create) : ioredis(url, opening.create);
    case "postgres":
      return postgres(url, opening.create);
  }
}

async function nodeRedis(url: string, create: boolean): Promise<OpenStore> {
  const client = createClient({ url });
  client.on("error", () => {}); // it connects again by itself
  await client.connect();
  return { store: redisBudgetStore(client, { create }), close: async () => client.destroy() };
}

async function ioredis(url: string, create: boolean): Promise<OpenStore> {
  const client = new Redis(url);
  client.on("error", () => {});
  return { store: redisBudgetStore(client, { create }), close: async () => client.disconnect() };
}

async function postgres(url: string, create: boolean): Promise<OpenStore> {
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on("error", () => {});
  return { store: postgresBudgetStore(pool, { create }), close: () => pool.end() };
}
