import { afterAll, beforeAll, jest } from "@jest/globals";
import { overrideEnvironment } from "../support/environment.js";
import { useGuideServer } from "../support/guide_server.js";
import { PostgresServer } from "../support/postgres_server.js";
import { testExamplesOf } from "../support/printed_examples.js";
import { RedisServer } from "../support/redis_server.js";

jest.setTimeout(60_000);
useGuideServer();
const close: (() => unknown)[] = [];
const before = new Set(process.listeners("SIGTERM"));

beforeAll(async () => {
  const redis = await RedisServer.start();
  const postgres = await new PostgresServer().start();
  const { host, port } = postgres.address;
  const environment = { REDIS_URL: redis.url, DATABASE_URL: `postgres://postgres@${host}:${port}/postgres` };
  close.push(
    () => redis.stop(),
    () => postgres.close(),
    overrideEnvironment(/^(REDIS|DATABASE)_/, environment),
    // The example's would keep this process from being ended.
    () => process.listeners("SIGTERM").forEach((listener) => !before.has(listener) && process.off("SIGTERM", listener)),
  );
});

afterAll(async () => {
  await Promise.all(close.map((end) => end()));
});

testExamplesOf("docs/budgets-in-production.md", [
  ["0.00045"],
  ["0.99955", ["user: $0.00045"]],
  [200, "0.00045"],
  [true, 1, "0"],
  [["team is at 45 %"]],
]);
