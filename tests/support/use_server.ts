import { afterAll, beforeAll } from "@jest/globals";
import { WireServer, type Reply } from "./wire_server.js";

/** One wire server for all tests of a file. A test that counts requests counts those since it began. */
export function useWireServer(reply?: Reply): WireServer {
  const server = new WireServer(reply);
  beforeAll(async () => void (await server.listen()));
  afterAll(() => server.close());
  return server;
}
