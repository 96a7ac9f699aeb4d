import { afterAll, beforeAll, expect } from "@jest/globals";
import { startCannedServer } from "../../scripts/demo/canned_server.js";
import { overrideEnvironment } from "../support/environment.js";
import { testEachExample } from "../support/page_examples.js";

type Check = (printed: unknown[]) => void;

/** What the examples of each page print, in the page's order, as far as the canned server determines it. */
const PAGES: Record<string, Check[]> = {
  "README.md": [
    ([text, usage]) => {
      expect(text).toMatch(/^Tides are/);
      expect(usage).toMatchObject({ input_tokens: 40, output_tokens: 18 });
    },
    ([message]) => expect(message).toContain("of `ann` does not allow the call, which may need $0.0004"),
    (printed) => expect(printed).toEqual(["It is 21 C in Paris.", 2]),
    (printed) => expect(printed).toEqual(["0", []]),
  ],
  "docs/models.md": [
    (printed) => expect(printed).toEqual([["ChatFireworks", "ChatOpenLLM", "ChatOllamaLite"]]),
    (printed) => expect(printed).toEqual(["There is no option `max_tokens`. Write `maxTokens`."]),
    ([tokens, source, status]) => {
      expect(tokens).toBeGreaterThan(0);
      expect([source, status]).toEqual(["server", "free"]);
    },
    (printed) => expect(printed).toEqual([expect.any(String), 1]),
    (printed) => expect(printed).toEqual(["Lisbon"]),
    (printed) => expect(printed).toEqual([0]),
    (printed) => expect(printed).toEqual(["Nothing is left for today.", 1]),
  ],
  "docs/other-models.md": [
    ([byModel]) => expect(byModel).toMatchObject({ "openllm/gpt-4o": { calls: 1, costUsd: "0", unpricedCalls: 0 } }),
  ],
};

let server: Awaited<ReturnType<typeof startCannedServer>>;
let restore: () => void;

beforeAll(async () => {
  server = await startCannedServer();
  restore = overrideEnvironment(/^(FIREWORKS|OPENLLM|OPEN_LLM|OLLAMA)_/, {
    FIREWORKS_API_KEY: "not-a-key",
    FIREWORKS_API_BASE: `${server.url}/v1`,
    OPENLLM_BASE_URL: `${server.url}/v1`,
    OLLAMA_HOST: server.url,
  });
});

afterAll(async () => {
  restore();
  await server.close();
});

for (const [page, checks] of Object.entries(PAGES))
  testEachExample(page, checks.length, (printed, position) => checks[position]?.(printed));
