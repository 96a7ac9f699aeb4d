import { afterAll, beforeAll } from "@jest/globals";
import { startCannedServer } from "../../scripts/demo/canned_server.js";
import { overrideEnvironment } from "../support/environment.js";
import { testExamplesOf } from "../support/page_examples.js";

/** What each example prints, in the page's order, as far as the canned server determines it. */
const EXAMPLES: unknown[][] = [
  [[["ok", "0.00001635"]], 200],
  [1, 1],
];

const close: (() => unknown)[] = [];

beforeAll(async () => {
  const canned = await startCannedServer();
  const environment = { FIREWORKS_API_KEY: "not-a-key", FIREWORKS_API_BASE: `${canned.url}/v1` };
  close.push(() => canned.close(), overrideEnvironment(/^FIREWORKS_/, environment));
});

afterAll(() => Promise.all(close.map((end) => end())));

testExamplesOf("docs/runtimes.md", EXAMPLES);
