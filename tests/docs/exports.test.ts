import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startCannedServer } from "../../scripts/demo/canned_server.js";
import { overrideEnvironment } from "../support/environment.js";
import { testExamplesOf } from "../support/page_examples.js";
import { useWireServer } from "../support/use_server.js";
import { text } from "../support/wire_script.js";

/** What each example of the page prints, in its order. */
const EXAMPLES: unknown[][] = [
  [["BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency"], expect.any(Number), []],
  [0],
  [0],
  [0],
];

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

testExamplesOf("docs/exports.md", EXAMPLES);

it("the examples reach the receivers", () => {
  expect(receiver.requests.map(({ path }) => path)).toEqual([
    "/api/v1/events",
    "/v1/billing/meter_events",
    "/v1/billing/meter_events",
  ]);
  expect(receiver.requests[0]?.json).toMatchObject([{ subject: "ann", source: "my-app" }]);
  expect(receiver.requests[1]?.text).toContain("cus_123");
});
