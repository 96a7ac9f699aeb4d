import { afterAll, beforeAll } from "@jest/globals";
import { completion, counts } from "./completions.js";
import { overrideEnvironment } from "./environment.js";
import { useWireServer } from "./use_server.js";
import { json } from "./wire_script.js";
import type { WireServer } from "./wire_server.js";

/** Fireworks for all tests of a file: each answer of any model is billed 1000 tokens in and 500 out. */
export function useThousandTokens(): WireServer {
  const server = useWireServer(({ json: body }) => {
    const { model } = body as { model: string }; // only requests for answers come here
    return json(200, { ...completion({ content: "Because of the Moon." }), model, usage: counts(1000, 500) });
  });
  let restore: () => void = () => undefined;
  beforeAll(() => {
    restore = overrideEnvironment(/^FIREWORKS_/, {
      FIREWORKS_API_KEY: "not-a-key",
      FIREWORKS_API_BASE: `${server.url}/v1`,
    });
  });
  afterAll(() => restore());
  return server;
}
