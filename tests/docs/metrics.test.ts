import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { metrics } from "@opentelemetry/api";
import { startCannedServer } from "../../scripts/demo/canned_server.js";
import { docExamples, runExample } from "../support/doc_examples.js";
import { overrideEnvironment } from "../support/environment.js";
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

describe("the examples of docs/metrics.md", () => {
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

  const examples = docExamples("docs/metrics.md").map((example, position) => ({ ...example, position }));

  it("are as many as are checked here", () => {
    expect(examples).toHaveLength(EXAMPLES.length);
  });

  it.each(examples)("$title runs", async ({ position, title, code }) => {
    const printed: unknown[] = [];
    const here = code.replaceAll(PORT, String(await freePort())).replace('"usage.jsonl"', '"/dev/null"');
    await runExample({ title, code: here }, (value) => printed.push(value));
    expect(printed).toEqual(EXAMPLES[position]);
  });
});

/** A port that nobody listens at. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
