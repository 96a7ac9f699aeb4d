import { inspect } from "node:util";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { StripeMeterLedger, type StripeMeterLedgerOptions } from "../../src/exports.js";
import { sha256 } from "../../src/base/sha256.js";
import { cost, UNPRICED } from "../ledger/entries.js";
import { gate } from "../support/gate.js";
import { useWireServer } from "../support/use_server.js";
import { hangUp, json, redirect, text, type Script } from "../support/wire_script.js";
import { call, formOf, wordsOf } from "./receivers.js";

const KEY = "sk_test_not-a-key";
const server = useWireServer();
const taken = json(200, { object: "billing.meter_event" });

beforeEach(() => {
  server.requests.length = 0;
  server.always(taken);
});

function ledgerTo(options: Partial<StripeMeterLedgerOptions> = {}): StripeMeterLedger {
  const url = `${server.url}/v1/billing/meter_events`;
  return new StripeMeterLedger({ apiKey: KEY, customerOf: ({ user }) => user, url, retryDelayMs: 1, ...options });
}

describe("StripeMeterLedger", () => {
  it("sends an event for the input tokens of a call and one for its output tokens", async () => {
    const entry = call("run-1#7");
    await ledgerTo().record(entry);
    const timestamp = String(Math.floor(Date.parse(entry.startedAt) / 1000));
    const both = {
      event_name: "token-billing-tokens",
      timestamp,
      "payload[stripe_customer_id]": "cus_ann",
      "payload[model]": "acme/roadrunner",
    };
    expect(server.requests.map(formOf)).toEqual([
      { ...both, identifier: "run-1#7:input", "payload[value]": "1000", "payload[token_type]": "input" },
      { ...both, identifier: "run-1#7:output", "payload[value]": "100", "payload[token_type]": "output" },
    ]);
    expect(server.requests.map(({ method, path }) => [method, path])).toEqual(
      Array(2).fill(["POST", "/v1/billing/meter_events"]),
    );
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      "content-type": "application/x-www-form-urlencoded",
      "idempotency-key": "run-1#7:input",
    });
  });

  it("sends what a meter of another kind counts", async () => {
    const nanoDollars = ledgerTo({
      eventName: "llm-nano-dollars",
      amountOf: ({ cost: { usd } }) => (usd === null ? undefined : Math.round(Number(usd) * 1e9)),
    });
    await nanoDollars.record(call("a", { cost: cost("0.0105") }));
    await nanoDollars.record(call("b", { cost: cost("0") }));
    expect(await wordsOf(nanoDollars.record(call("c", { cost: UNPRICED })))).toBe(
      "A call of `acme/roadrunner` is not metered: its value is not known.",
    );
    expect(server.requests.map(formOf)).toEqual([
      {
        event_name: "llm-nano-dollars",
        identifier: "a",
        timestamp: expect.any(String),
        "payload[stripe_customer_id]": "cus_ann",
        "payload[value]": "10500000",
      },
    ]);
  });

  it.each([1.5, -1, NaN, 2 ** 60, -1n])("does not send %s, which is no whole number", async (value) => {
    expect(await wordsOf(ledgerTo({ amountOf: () => value }).record(call("a")))).toContain(
      "and Stripe takes whole numbers",
    );
    expect(server.requests).toHaveLength(0);
  });

  it("says that an estimate is one", async () => {
    const usage = { inputTokens: 5, outputTokens: 0, source: "estimated" as const };
    await ledgerTo().record(call("a", { usage }));
    expect(server.requests.map(formOf)).toMatchObject([
      { "payload[value]": "5", "payload[usage_source]": "estimated" },
    ]);
  });

  it("has no event of a call that spent nothing", async () => {
    const nothing = cost("0", { status: "none", components: {} });
    const ledger = ledgerTo();
    await ledger.record(call("a", { outcome: "denied", usage: undefined, cost: nothing, user: undefined }));
    await ledger.record(call("b", { usage: { inputTokens: 0, outputTokens: 0, source: "server" } }));
    await ledger.flush();
    expect([server.requests.length, ledger.undelivered]).toEqual([0, 0]);
  });

  it("leaves out what it cannot meter, and counts it", async () => {
    const ledger = ledgerTo();
    const old = new Date(Date.now() - 36 * 24 * 3_600_000).toISOString();
    const words = [
      await wordsOf(ledger.record(call("a", { user: undefined }))),
      await wordsOf(ledger.record(call("b", { usage: undefined, outcome: "error", cost: UNPRICED }))),
      await wordsOf(ledger.record(call("c", { startedAt: old }))),
    ];
    expect(words).toEqual([
      "A call of `acme/roadrunner` is not metered: it has no customer.",
      "A call of `acme/roadrunner` is not metered: its usage is not known.",
      "A call of `acme/roadrunner` is not metered: it is older than 35 days, which Stripe does not take.",
    ]);
    expect([server.requests.length, ledger.undelivered]).toEqual([0, 3]);
    expect(await wordsOf(ledger.flush())).toMatch(/^3 entries did not reach .*: A call of .* it has no customer\.$/);
  });

  it("does not fail where the user's function does", async () => {
    const ledger = ledgerTo({
      customerOf: () => {
        throw new Error("no database");
      },
    });
    expect(await wordsOf(ledger.record(call("a")))).toBe("no database");
    expect(ledger.undelivered).toBe(1);
  });

  it("has identifiers of at most a hundred characters", async () => {
    const id = "x".repeat(101);
    await ledgerTo().record(call(id));
    expect(server.requests.map((request) => formOf(request).identifier)).toEqual([
      `${sha256(id)}:input`,
      `${sha256(id)}:output`,
    ]);
  });

  it.each<[string, Script]>([
    ["429", text(429, "", { headers: { "retry-after": "0" } })],
    ["503", text(503, "")],
    ["a key of idempotency that is in use", text(409, "")],
    ["a cut", hangUp()],
  ])("sends the same event again after %s", async (_what, failure) => {
    server.reply(failure);
    await ledgerTo().record(call("a"));
    expect(server.requests.map((request) => formOf(request).identifier)).toEqual(["a:input", "a:input", "a:output"]);
    expect(server.requests[0]?.text).toBe(server.requests[1]?.text);
  });

  it("takes an event that Stripe has already for one that has arrived", async () => {
    const error = { type: "invalid_request_error", message: "An event already exists with identifier a:input." };
    server.reply(json(400, { error }));
    const ledger = ledgerTo();
    await ledger.record(call("a"));
    expect([server.requests.length, ledger.undelivered]).toEqual([2, 0]);
  });

  it("sends one request at a time of each customer, and those of several together", async () => {
    const open = gate();
    server.always(() => open.opened.then(() => taken));
    const ledger = ledgerTo({ amountOf: () => 1 });
    const recorded = ["ann", "ann", "bob", "eve"].map((user, at) => ledger.record(call(`${user}-${at}`, { user })));
    await server.when(() => server.requests.length === 3);
    expect(new Set(server.requests.map((request) => formOf(request).identifier))).toEqual(
      new Set(["ann-0", "bob-2", "eve-3"]),
    );
    open.open();
    await Promise.all(recorded);
    expect(server.requests).toHaveLength(4);
  });

  it("does not follow a redirect with the key, and shows it nowhere", async () => {
    server.reply(redirect(302, `${server.url}/elsewhere`), json(401, { error: { message: `Invalid key ${KEY}` } }));
    const ledger = ledgerTo();
    const errors = [];
    for (const id of ["a", "b"]) errors.push(await ledger.record(call(id)).catch((error: unknown) => error));
    expect(server.requests.map(({ path }) => path)).toEqual(Array(2).fill("/v1/billing/meter_events"));
    expect(errors.map(String)).toEqual([
      expect.stringContaining("answered 302. Redirects are not followed"),
      expect.stringMatching(/answered 401\.$/m),
    ]);
    expect(inspect([ledger, errors], { depth: 9, showHidden: true }) + JSON.stringify([ledger, errors])).not.toContain(
      KEY,
    );
  });

  it.each<[string, object, string]>([
    ["no key", { customerOf: () => "a" }, "`StripeMeterLedger` needs the option `apiKey`."],
    ["no customers", { apiKey: "k" }, "`StripeMeterLedger` needs the option `customerOf`."],
    [
      "an option that there is not",
      { apiKey: "k", customerOf: () => "a", meter: "m" },
      "`StripeMeterLedger` has no option `meter`.",
    ],
  ])("refuses %s", (_what, options, message) => {
    expect(() => new StripeMeterLedger(options as StripeMeterLedgerOptions)).toThrow(message);
  });
});
