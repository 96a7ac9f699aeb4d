import { Cluster, Redis } from "ioredis";
import { Cluster as Cluster5, Redis as Redis5 } from "ioredis5";
import { createClient, createCluster } from "redis";
import { createClient as createClient5, createCluster as createCluster5 } from "redis5";
import type { RedisClient } from "../../../src/redis.js";
import type { RedisServer } from "../../support/redis_server.js";

/** A client, and how it is closed. */
export interface OpenClient {
  client: RedisClient;
  close: () => void;
}

type Open = (server: RedisServer) => Promise<OpenClient>;

const nodeRedis = async (client: ReturnType<typeof createClient | typeof createCluster>): Promise<OpenClient> => {
  client.on("error", () => {}); // also an error of each command
  await client.connect();
  return { client, close: () => client.destroy() };
};

const nodeRedis5 = async (client: ReturnType<typeof createClient5 | typeof createCluster5>): Promise<OpenClient> => {
  client.on("error", () => {});
  await client.connect();
  return { client, close: () => client.destroy() };
};

type IoRedis = RedisClient & { on(event: "error", hear: () => void): unknown; disconnect(): void };

const ioRedis = async (client: IoRedis): Promise<OpenClient> => {
  client.on("error", () => {});
  return { client, close: () => client.disconnect() };
};

/** Clients of one server. */
export const clients: readonly [name: string, open: Open][] = [
  ["redis 6", (server) => nodeRedis(createClient({ url: server.url }))],
  ["redis 5", (server) => nodeRedis5(createClient5({ url: server.url }))],
  ["ioredis 6", (server) => ioRedis(new Redis(server.url))],
  ["ioredis 5", (server) => ioRedis(new Redis5(server.url))],
];

/** Clients of a cluster. */
export const clusterClients: readonly [name: string, open: Open][] = [
  ["redis 6", (server) => nodeRedis(createCluster({ rootNodes: [{ url: server.url }] }))],
  ["redis 5", (server) => nodeRedis5(createCluster5({ rootNodes: [{ url: server.url }] }))],
  ["ioredis 6", (server) => ioRedis(new Cluster([{ host: "127.0.0.1", port: server.port }]))],
  ["ioredis 5", (server) => ioRedis(new Cluster5([{ host: "127.0.0.1", port: server.port }]))],
];
