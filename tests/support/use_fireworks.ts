import { afterAll, beforeAll } from "@jest/globals";
import { overrideEnvironment } from "./environment.js";
import { useWireServer } from "./use_server.js";
import type { Reply, WireServer } from "./wire_server.js";

/** A Fireworks on loopback for all tests of a file, with the variables of the environment that lead to it, and none else. */
export function useFireworks(reply?: Reply): WireServer {
  const server = useWireServer(reply);
  let restore: () => void = () => undefined;
  beforeAll(() => {
    restore = overrideEnvironment(/^FIREWORKS_/, {
      FIREWORKS_API_KEY: "fw_not_a_key",
      FIREWORKS_API_BASE: `${server.url}/v1`,
    });
  });
  afterAll(() => restore());
  return server;
}
