import { afterAll, beforeAll, expect } from "@jest/globals";
import { metrics } from "@opentelemetry/api";
import { startCannedServer } from "../../scripts/demo/canned_server.js";
import { freePort } from "../../scripts/ports/free_port.js";
import { overrideEnvironment } from "../support/environment.js";
import { testExamplesOf } from "../support/page_examples.js";
import { SHOWN_MODEL } from "../../scripts/demo/shown_model.js";

const PORT = "9464";

/** What each example prints, in the page's order. */
const EXAMPLES: unknown[][] = [
  [
    expect.stringMatching(
      /^langchain_metered_client_cost_total\{.*gen_ai_provider_name="fireworks",.*langchain_metered_usage_source="server".*\} 0\.0000\d+$/,
    ),
  ],
  [`chat ${SHOWN_MODEL}`, expect.any(Number)],
];

let close: () => Promise<void>;
let restore: () => void;

beforeAll(async () => {
  const server = await startCannedServer();
  close = server.close;
  restore = overrideEnvironment(/^FIREWORKS_/, {
    FIREWORKS_API_KEY: "not-a-key",
    FIREWORKS_API_BASE: `${server.url}/v1`,
  });
});

afterAll(async () => {
  metrics.disable();
  restore();
  await close();
});

testExamplesOf("docs/metrics.md", EXAMPLES, async ({ title, code }) => ({
  title,
  code: code.replaceAll(PORT, String(await freePort())).replace('"usage.jsonl"', '"/dev/null"'),
}));
