import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startCannedServer } from "../../scripts/demo/canned_server.js";
import { docExamples, runExample } from "../support/doc_examples.js";
import { overrideEnvironment } from "../support/environment.js";

/** What each example prints, in the page's order, as far as the canned server determines it. */
const EXAMPLES: unknown[][] = [
  [[["ok", "0.00001635"]], 200],
  [1, 1],
];

describe("the examples of docs/runtimes.md", () => {
  const close: (() => unknown)[] = [];

  beforeAll(async () => {
    const canned = await startCannedServer();
    const environment = { FIREWORKS_API_KEY: "not-a-key", FIREWORKS_API_BASE: `${canned.url}/v1` };
    close.push(() => canned.close(), overrideEnvironment(/^FIREWORKS_/, environment));
  });

  afterAll(() => Promise.all(close.map((end) => end())));

  const examples = docExamples("docs/runtimes.md").map((example, position) => ({ ...example, position }));

  it("are as many as are checked here", () => {
    expect(examples).toHaveLength(EXAMPLES.length);
  });

  it.each(examples)("$title runs", async ({ position, ...example }) => {
    const printed: unknown[] = [];
    await runExample(example, (value) => printed.push(value));
    expect(printed).toEqual(EXAMPLES[position]);
  });
});
