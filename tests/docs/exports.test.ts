import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startCannedServer } from "../../scripts/demo/canned_server.js";
import { docExamples, runExample } from "../support/doc_examples.js";
import { overrideEnvironment } from "../support/environment.js";
import { useWireServer } from "../support/use_server.js";
import { text } from "../support/wire_script.js";

/** What each example of the page prints, in its order. */
const EXAMPLES: unknown[][] = [
  [["BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency"], expect.any(Number), []],
  [0],
  [0],
  [0],
];

describe("the examples of docs/exports.md", () => {
  const receiver = useWireServer(text(200, "{}"));
  const close: (() => unknown)[] = [];

  beforeAll(async () => {
    const canned = await startCannedServer();
    close.push(
      () => canned.close(),
      overrideEnvironment(/^(FIREWORKS|OPENMETER|STRIPE)_/, {
        FIREWORKS_API_KEY: "not-a-key",
        FIREWORKS_API_BASE: `${canned.url}/v1`,
        OPENMETER_URL: `${receiver.url}/api/v1/events`,
        OPENMETER_API_KEY: "not-a-key",
        STRIPE_METER_URL: `${receiver.url}/v1/billing/meter_events`,
        STRIPE_API_KEY: "not-a-key",
      }),
    );
  });

  afterAll(async () => {
    await Promise.all(close.map((end) => end()));
  });

  const examples = docExamples("docs/exports.md").map((example, position) => ({ ...example, position }));

  it("are as many as are checked here", () => {
    expect(examples).toHaveLength(EXAMPLES.length);
  });

  it.each(examples)("$title runs", async ({ position, ...example }) => {
    const printed: unknown[] = [];
    await runExample(example, (value) => printed.push(value));
    expect(printed).toEqual(EXAMPLES[position]);
  });

  it("reach the receivers", () => {
    expect(receiver.requests.map(({ path }) => path)).toEqual([
      "/api/v1/events",
      "/v1/billing/meter_events",
      "/v1/billing/meter_events",
    ]);
    expect(receiver.requests[0]?.json).toMatchObject([{ subject: "ann", source: "my-app" }]);
    expect(receiver.requests[1]?.text).toContain("cus_123");
  });
});
