import { afterAll, beforeAll } from "@jest/globals";
import { PostgresServer } from "./postgres_server.js";

/** One server for all tests of a file. */
export function usePostgres(): PostgresServer {
  const server = new PostgresServer();
  beforeAll(async () => void (await server.start()), 60_000);
  afterAll(() => server.close(), 60_000);
  return server;
}
