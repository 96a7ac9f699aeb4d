import { completion, counts } from "./completions.js";
import { useFireworks } from "./use_fireworks.js";
import { json } from "./wire_script.js";
import type { WireServer } from "./wire_server.js";

/** Fireworks for all tests of a file: each answer of any model is billed 1000 tokens in and 500 out. */
export function useThousandTokens(): WireServer {
  return useFireworks(({ json: body }) => {
    const { model } = body as { model: string }; // only requests for answers come here
    return json(200, { ...completion({ content: "Because of the Moon." }), model, usage: counts(1000, 500) });
  });
}
