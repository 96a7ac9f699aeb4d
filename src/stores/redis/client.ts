import { ConfigurationError } from "../../base/errors.js";
import { shown } from "../../base/shown.js";

/** What is used of a client of the package `redis`: one server's, a cluster's, a pool. */
export interface NodeRedisClient {
  evalSha(sha1: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** What is used of a client of the package `ioredis`: one server's, a cluster's. */
export interface IoRedisClient {
  evalsha(sha1: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
}

/** A connected client of `redis` 5 or 6, or of `ioredis` 5 or 6. */
export type RedisClient = NodeRedisClient | IoRedisClient;

/**
 * Runs a script that has one key and one argument. It is sent whole only to a server that does not have it yet.
 * @throws ConfigurationError for what is no client of either package
 */
export function scriptRunner(client: RedisClient, script: string, key: string): (argument: string) => Promise<unknown> {
  const { byHash, whole } = commandsOf(client, key);
  let sha1: Promise<string> | undefined;
  return async (argument) => {
    try {
      return await byHash(await (sha1 ??= sha1Of(script)), argument);
    } catch (error) {
      if (error instanceof Error && error.message.startsWith("NOSCRIPT")) return whole(script, argument);
      throw error;
    }
  };
}

/** By Web Crypto, which every runtime has: an import of `node:crypto` would keep this from loading outside of Node. */
async function sha1Of(script: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(script));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

type Command = (script: string, argument: string) => Promise<unknown>;

function commandsOf(client: RedisClient, key: string): { byHash: Command; whole: Command } {
  if (hasCommand(client, "evalSha")) {
    return {
      byHash: (sha1, argument) => client.evalSha(sha1, { keys: [key], arguments: [argument] }),
      whole: (script, argument) => client.eval(script, { keys: [key], arguments: [argument] }),
    };
  }
  if (hasCommand(client, "evalsha")) {
    return {
      byHash: (sha1, argument) => client.evalsha(sha1, 1, key, argument),
      whole: (script, argument) => client.eval(script, 1, key, argument),
    };
  }
  throw new ConfigurationError(
    "client",
    `\`redisBudgetStore\` was given ${shown(client)} that is no Redis client.`,
    "Pass a connected client of the package `redis` (`await createClient({ url }).connect()`) or of `ioredis` (`new Redis(url)`).",
  );
}

/** Callers without types pass anything. */
function hasCommand<Name extends "evalSha" | "evalsha">(
  client: unknown,
  name: Name,
): client is Extract<RedisClient, Record<Name, unknown>> {
  if (typeof client !== "object" || client === null) return false;
  return [name, "eval"].every((command) => typeof Reflect.get(client, command) === "function");
}
