import { inspect } from "node:util";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { CloudEventsLedger, type CloudEventsLedgerOptions } from "../../src/exports.js";
import { cost, UNPRICED } from "../ledger/entries.js";
import { completion, modelOf } from "../support/completions.js";
import { gate } from "../support/gate.js";
import { useWireServer } from "../support/use_server.js";
import { cut, hangUp, json, redirect, reset, stall, text, type Script } from "../support/wire_script.js";
import { call, wordsOf } from "./receivers.js";

const KEY = "om_not-a-key+/=";
const PATH = "/api/v1/events";
const server = useWireServer();
const taken = text(204, "");

beforeEach(() => {
  server.requests.length = 0;
  server.always(taken);
});

function ledgerTo(options: Partial<CloudEventsLedgerOptions> = {}): CloudEventsLedger {
  return new CloudEventsLedger({
    url: `${server.url}${PATH}`,
    source: "my-app",
    apiKey: KEY,
    retryDelayMs: 1,
    ...options,
  });
}

/** The ids of the events of each request. */
function ids(): string[][] {
  return server.requests.map(({ json: body }) => (body as { id: string }[]).map(({ id }) => id));
}

describe("CloudEventsLedger", () => {
  it("sends a call as an event", async () => {
    const ledger = ledgerTo({ headers: { "x-team": "search" } });
    const started = "2026-11-20T23:59:59.000Z";
    await ledger.record(call("run-1#7", { startedAt: started, tags: ["web"], session: "s-1", agent: "scout" }));
    const [request] = server.requests;
    expect([request?.method, request?.path]).toEqual(["POST", PATH]);
    expect(request?.headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      "content-type": "application/cloudevents-batch+json",
      "x-team": "search",
    });
    expect(request?.json).toEqual([
      {
        specversion: "1.0",
        id: "run-1#7",
        source: "my-app",
        type: "langchain-metered.call",
        subject: "cus_ann",
        time: started,
        datacontenttype: "application/json",
        data: {
          run_id: "run-1#7",
          trace_id: null,
          provider: "acme",
          model: "roadrunner",
          outcome: "ok",
          tokens: 1100,
          input_tokens: 1000,
          output_tokens: 100,
          cached_input_tokens: null,
          reasoning_tokens: null,
          usage_source: "server",
          cost_usd: "0.001",
          cost_low_usd: "0.001",
          cost_high_usd: "0.001",
          cost_status: "priced",
          price_row: "test/roadrunner#0",
          latency_ms: 2000,
          agent: "scout",
          session: "s-1",
          tags: ["web"],
        },
      },
    ]);
  });

  it("says that an estimate is one, and null for what is not known", async () => {
    const usage = { inputTokens: 1, outputTokens: 2, source: "estimated" as const };
    const asZero = { ...UNPRICED, usd: "0", lowUsd: "0", highUsd: "0" };
    const ledger = ledgerTo();
    await Promise.all([
      ledger.record(call("1", { usage, cost: cost("0.002", { lowUsd: "0.001", highUsd: null }) })),
      ledger.record(call("2", { usage: undefined, outcome: "error", cost: UNPRICED })),
      ledger.record(call("3", { cost: asZero })),
    ]);
    const [request] = server.requests;
    const data = (request?.json as { data: object }[] | undefined)?.map((event) => event.data) ?? [];
    expect(data[0]).toMatchObject({
      usage_source: "estimated",
      cost_usd: "0.002",
      cost_low_usd: "0.001",
      cost_high_usd: null,
    });
    expect(data[1]).toMatchObject({
      tokens: null,
      input_tokens: null,
      usage_source: null,
      cost_usd: null,
      cost_status: "unpriced",
    });
    expect(data[2]).toMatchObject({ tokens: 1100, cost_usd: null, cost_high_usd: null });
  });

  it("sends together what comes together, and what comes while a request is on its way", async () => {
    const open = gate();
    const ledger = ledgerTo({ maxBatch: 3 });
    server.reply(() => open.opened.then(() => taken));
    const first = [ledger.record(call("a")), ledger.record(call("b"))];
    await server.when(() => server.requests.length === 1);
    const rest = ["c", "d", "e", "f"].map((id) => ledger.record(call(id)));
    open.open();
    await Promise.all([...first, ...rest]);
    expect(ids()).toEqual([["a", "b"], ["c", "d", "e"], ["f"]]);
  });

  it("sends one by one to receivers that take no batches", async () => {
    const ledger = ledgerTo({ maxBatch: 1, type: "prompt", subject: ({ tags }) => tags[0] });
    await Promise.all([ledger.record(call("a", { tags: ["t"] })), ledger.record(call("b"))]);
    expect(server.requests.map(({ headers }) => headers["content-type"])).toEqual(
      Array(2).fill("application/cloudevents+json"),
    );
    expect(server.requests[0]?.json).toMatchObject({ id: "a", type: "prompt", subject: "t" });
    expect(server.requests[1]?.json).not.toHaveProperty("subject");
  });

  it.each<[string, Script]>([
    ["429", text(429, "slow down", { headers: { "retry-after": "0" } })],
    ["429 with a date that is past", text(429, "", { headers: { "retry-after": "Mon, 30 Nov 2020 00:00:00 GMT" } })],
    ["503", text(503, "")],
    ["409", text(409, "")],
    ["a connection that is cut", hangUp(cut)],
    ["a connection that is reset", hangUp(reset)],
  ])("sends the same again after %s", async (_what, failure) => {
    server.reply(failure, failure);
    await ledgerTo().record(call("a"));
    expect(ids().slice(-1)).toEqual([["a"]]);
    expect(new Set(server.requests.map(({ text: body }) => body)).size).toBe(1);
    expect(server.requests).toHaveLength(3);
  });

  it("waits as long as it is asked to", async () => {
    const waits: number[] = [];
    const timers = globalThis.setTimeout;
    globalThis.setTimeout = ((act: () => void, ms = 0) => (waits.push(ms), timers(act, 0))) as typeof setTimeout;
    try {
      server.reply(
        text(503, "", { headers: { "retry-after": "7" } }),
        text(503, "", { headers: { "retry-after": "86400" } }),
      );
      await ledgerTo().record(call("a"));
    } finally {
      globalThis.setTimeout = timers;
    }
    expect(waits.filter((ms) => ms >= 7000)).toEqual([7000, 60_000]);
  });

  it("gives up after so many failures, and goes on with what comes after", async () => {
    const ledger = ledgerTo({ maxRetries: 2 });
    server.reply(text(503, ""), text(503, ""), text(503, ""));
    const [first, second] = [ledger.record(call("a")), ledger.record(call("b"))];
    expect(await wordsOf(first)).toBe(`\`${server.url}${PATH}\` answered 503.`);
    expect(await wordsOf(second)).toBe(`\`${server.url}${PATH}\` answered 503.`);
    expect(ledger.undelivered).toBe(2);
    expect(await wordsOf(ledger.flush())).toBe(
      `2 entries did not reach \`${server.url}${PATH}\`: \`${server.url}${PATH}\` answered 503.`,
    );
    await ledger.record(call("c"));
    await ledger.flush();
    expect(ids().at(-1)).toEqual(["c"]);
  });

  it("gives a request up that takes too long", async () => {
    server.reply(hangUp(stall));
    await ledgerTo({ timeoutMs: 50, maxRetries: 100 }).record(call("a"));
    expect(server.requests.length).toBeGreaterThan(1);
    server.reply(hangUp(stall));
    const words = await wordsOf(ledgerTo({ timeoutMs: 50, maxRetries: 0 }).record(call("a")));
    expect(words).toBe(`\`${server.url}${PATH}\` did not answer within 50 ms.`);
  });

  it("loses only the event that is refused", async () => {
    const ledger = ledgerTo();
    server.always(({ json: events }) =>
      (events as { id: string }[]).some(({ id }) => id === "c") ? text(400, "no subject") : taken,
    );
    const recorded = ["a", "b", "c", "d", "e"].map((id) => wordsOf(ledger.record(call(id))));
    expect((await Promise.all(recorded)).map((words) => words.includes("answered 400: no subject"))).toEqual([
      false,
      false,
      true,
      false,
      false,
    ]);
    expect(ledger.undelivered).toBe(1);
  });

  it("does not ask again where it is not let in, or sent elsewhere", async () => {
    server.reply(text(401, "who are you"), redirect(307, `${server.url}/elsewhere`));
    const ledger = ledgerTo();
    expect(await wordsOf(ledger.record(call("a")))).toMatch(/answered 401: who are you\.$/);
    expect(await wordsOf(ledger.record(call("b")))).toMatch(
      /answered 307\. Redirects are not followed: give the address that it leads to\.$/,
    );
    expect(server.requests.map(({ path }) => path)).toEqual([PATH, PATH]);
  });

  it("does not fail where the user's function does", async () => {
    const ledger = ledgerTo({
      subject: () => {
        throw new Error("no database");
      },
    });
    expect(await wordsOf(ledger.record(call("a")))).toBe("no database");
    expect(ledger.undelivered).toBe(1);
  });

  it("is bounded in memory", async () => {
    const open = gate();
    server.reply(() => open.opened.then(() => taken));
    const ledger = ledgerTo({ maxWaiting: 3 });
    const recorded = ["a", "b", "c", "d"].map((id) => wordsOf(ledger.record(call(id))));
    expect(await recorded[3]).toBe(
      `\`${server.url}${PATH}\` is too slow, or away: 3 entries wait for it (\`maxWaiting\`).`,
    );
    open.open();
    expect(await Promise.all(recorded.slice(0, 3))).toEqual(Array(3).fill("it did not fail"));
  });

  it("has its key in no error and in no form of its own", async () => {
    const query = "?token=secret-token";
    const ledger = new CloudEventsLedger({
      url: `${server.url}${PATH}${query}`,
      source: "my-app",
      apiKey: KEY,
      headers: { "x-key": "other-secret" },
    });
    const echoes = [
      KEY,
      encodeURIComponent(KEY),
      JSON.stringify(KEY).replaceAll("/", "\\/"),
      "other-secret",
      "secret-token",
    ];
    server.reply(...echoes.map((secret) => text(403, `I do not know ${secret}`)));
    const errors = [];
    for (const _ of echoes) errors.push(await ledger.record(call("a")).catch((error: unknown) => error));
    errors.push(await ledger.flush().catch((error: unknown) => error));
    const shown = [ledger, ...errors].map(
      (value) => inspect(value, { depth: 9, showHidden: true }) + JSON.stringify(value),
    );
    for (const secret of [KEY, encodeURIComponent(KEY), "other-secret", "secret-token"])
      expect(shown.join("\n")).not.toContain(secret);
    expect(errors.map(String).join("\n")).toContain("answered 403.");
  });

  it("fails no call, and warns", async () => {
    server.reply(json(200, completion({ content: "hi" })), text(403, "no"));
    const ledger = ledgerTo();
    const costs = new CostCallbackHandler({ ledger });
    const answer = await modelOf(server).invoke("Name one ocean.", { callbacks: [costs] });
    await costs.flush();
    expect(answer.text).toBe("hi");
    expect(costs.totals.warnings).toEqual([
      expect.stringMatching(/^an entry could not be written to the ledger: .* answered 403: no\.$/),
      expect.stringMatching(/^an entry could not be written to the ledger: 1 entry did not reach /),
    ]);
  });

  it("has its handler's flush wait for it", async () => {
    server.reply(json(200, completion({ content: "hi" })));
    const costs = new CostCallbackHandler({ ledger: ledgerTo() });
    await modelOf(server).invoke("Name one ocean.", { callbacks: [costs] });
    await costs.flush();
    expect(server.requests.at(-1)?.json).toMatchObject([
      { data: { provider: "openllm", input_tokens: 10, cost_usd: "0" } },
    ]);
  });

  it.each<[string, object, string]>([
    ["no address", { source: "a" }, "`CloudEventsLedger` needs the option `url`."],
    ["an address with a password", { url: "https://a:hunter22@b.c", source: "a" }, "`url` cannot be used."],
    ["no source", { url: "https://b.c" }, "`CloudEventsLedger` needs the option `source`."],
    ["a key with a line break", { url: "https://b.c", source: "a", apiKey: "hunter22\n" }, "`apiKey` cannot be used."],
    [
      "a header that HTTP cannot carry",
      { url: "https://b.c", source: "a", headers: { "x-key": "hunter22\n\u0000" } },
      "`headers` cannot be used.",
    ],
    ["a batch of nothing", { url: "https://b.c", source: "a", maxBatch: 0 }, "`maxBatch` is `0`."],
    [
      "an option that there is not",
      { url: "https://b.c", source: "a", key: "hunter22" },
      "`CloudEventsLedger` has no option `key`. It has url, source, ",
    ],
  ])("refuses %s", (_what, options, message) => {
    let said = "";
    try {
      new CloudEventsLedger(options as CloudEventsLedgerOptions);
    } catch (error) {
      said = inspect(error);
    }
    expect(said).toContain(message);
    expect(said).not.toContain("hunter22");
  });
});
