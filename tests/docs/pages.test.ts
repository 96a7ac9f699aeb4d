import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startCannedServer } from "../../scripts/demo/canned_server.js";
import { docExamples, runExample } from "../support/doc_examples.js";
import { overrideEnvironment } from "../support/environment.js";
import { SHOWN_MODEL } from "../../scripts/demo/shown_model.js";

type Check = (printed: unknown[]) => void;

/** What the examples of each page print, in the page's order, as far as the canned server determines it. */
const PAGES: Record<string, Check[]> = {
  "README.md": [
    ([text, usage, cost]) => {
      expect(text).toMatch(/^Tides are/);
      expect(usage).toMatchObject({ input_tokens: expect.any(Number), output_tokens: expect.any(Number) });
      expect(cost).toMatch(/^0\.0000\d+$/);
    },
    (printed) => {
      expect(printed.slice(0, -1).join("")).toMatch(/^Tides are .*it\.$/);
      expect(printed.at(-1)).toMatchObject({ calls: 1, costUsd: "0", estimatedCalls: 0 });
    },
    ([text, byModel]) => {
      expect(text).toMatch(/^Tides are/);
      expect(byModel).toMatchObject({ "ollama/llama3.2": { calls: 1, costUsd: "0" } });
    },
    ([totals, byModel, cost]) => {
      expect(totals).toMatchObject({ calls: 1, unpricedCalls: 0 });
      expect(byModel).toHaveProperty([`fireworks/${SHOWN_MODEL}`]);
      expect(cost).toBe((totals as { costUsd: string }).costUsd);
    },
    (printed) => expect(printed).toEqual([[], "0.2"]),
    ([text]) => expect(text).toMatch(/^Tides are/),
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
  "docs/connections.md": [([text]) => expect(text).toMatch(/^Tides are/)],
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

describe.each(Object.entries(PAGES))("the examples of %s", (page, checks) => {
  const examples = docExamples(page).map((example, position) => ({ ...example, position }));

  it("are as many as are checked here", () => {
    expect(examples).toHaveLength(checks.length);
  });

  it.each(examples)("$title runs", async ({ position, ...example }) => {
    const printed: unknown[] = [];
    await runExample(example, (value) => printed.push(value));
    checks[position]?.(printed);
  });
});
